"""Pictures: the only door to Pillow."""
