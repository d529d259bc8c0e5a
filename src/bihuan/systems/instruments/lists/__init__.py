"""Tables of the instruments, each one declaration."""
