"""Implement the commands, one module each."""
