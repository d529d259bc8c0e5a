"""The light half of Bihuan that a field device can carry: standard library only, no Django."""

__version__ = "0.1.0"
