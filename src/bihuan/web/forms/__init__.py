"""Forms of the kernel's own records: one shape for person, card, place, unit and customer."""
