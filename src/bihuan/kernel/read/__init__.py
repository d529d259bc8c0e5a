"""Queries of the kernel."""
