"""闭环 Bihuan: one system from which a chief customer officer oversees everything that faces the customer."""

__version__ = "0.1.0"
