"""Fuzz the readers of external data."""
