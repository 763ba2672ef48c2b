"""Decide which notification is due."""
