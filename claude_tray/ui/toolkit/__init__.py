"""Thin windows: they show a picture and report mouse and keys."""
