"""Figures over many rows of Parquet: written once as an expression, run by the engine of the house."""
