"""What the first page shows: the director's cockpit, everybody else's desk, and the wall."""
