"""Models of customer value: pure functions over arrays, no database."""
