"""Questionnaires: what may be asked and answered, what counts, what the answers amount to."""
