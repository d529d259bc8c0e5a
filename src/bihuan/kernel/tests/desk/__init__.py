"""A small system for the kernel's own tests: complaints with two call-backs, findings with a notice."""
