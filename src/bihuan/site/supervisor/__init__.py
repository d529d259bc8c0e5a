"""Keeps the processes of one installation alive; knows nothing of what they do. No Django."""
