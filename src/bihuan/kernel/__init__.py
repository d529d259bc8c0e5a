"""The closed loop that every system stands on."""
