"""Queries of the service evaluation."""
