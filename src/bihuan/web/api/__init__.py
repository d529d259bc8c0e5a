"""The API, version 1: one description for the kernel's routes and those of each system."""
