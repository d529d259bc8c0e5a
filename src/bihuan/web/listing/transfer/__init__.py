"""Rows from Excel and CSV files: read, checked, shown, and applied in one transaction."""
