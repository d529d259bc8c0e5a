"""Signing in, and what concerns only one's own account."""
