"""The commands that keep it running."""
