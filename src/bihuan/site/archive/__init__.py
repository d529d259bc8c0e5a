"""Backup and restore: one zip file with a manifest of hashes."""
