"""Writes of the kernel: keyword-only, one transaction each, each writes an event."""
