"""Simulated terminals: real clients over real sockets, the same for the same seed. No Django."""
