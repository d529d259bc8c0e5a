"""Examines an installation: each finding says what was looked at, and what to do where it is wrong."""
