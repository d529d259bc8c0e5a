"""Tables of customer equity, with import and export."""
