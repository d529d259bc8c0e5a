"""Recurring duties on the pages: their words, their tile."""
