"""Pages of the instruments: thin, what they show is read elsewhere."""
