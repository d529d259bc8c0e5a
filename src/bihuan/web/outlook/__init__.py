"""What the director looks at first: old numbers beside new ones, figures, the strategy record."""
