"""Questionnaires on the pages: the builder, waves and their sheets, paper, and the public page on a phone."""
