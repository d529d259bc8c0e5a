"""Pages that belong to no table: thin, what they show is read elsewhere."""
