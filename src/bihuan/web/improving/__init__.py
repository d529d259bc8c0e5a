"""How an improvement is shown, and what can be done with it."""
