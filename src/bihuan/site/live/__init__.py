"""Server-sent events: one poller a process, fan-out in memory."""
