"""Everything that is asked of the records of the loyalty system."""
