"""The durable record of what arrived from the field, shared by who writes and who reads it.

No Django in this room: the gateway runs without it.
"""
