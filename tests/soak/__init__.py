"""Replay long periods in a short time."""
