"""Field intake: TCP from the terminals, a durable log, an answer only after the commit. No Django here."""
