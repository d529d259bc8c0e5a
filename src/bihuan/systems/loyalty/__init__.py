"""Net Promoter System: what customers say, and what is done about it."""
