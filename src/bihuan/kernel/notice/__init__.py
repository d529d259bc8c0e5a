"""Telling people: in the page at once, by e-mail in working hours unless it is serious."""
