"""Tables of the loyalty system, and the files that they come from."""
