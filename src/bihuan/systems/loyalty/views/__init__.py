"""Pages of the loyalty system."""
