"""What can be done with a case, and how its page tells its story."""
