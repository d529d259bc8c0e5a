"""Queries of the instruments: light objects and figures, no markup."""
