"""Laboratory instruments: who used what, and who used it without a swipe."""
