"""The page of one customer, to which every system adds its part."""
