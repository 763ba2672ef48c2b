"""Usage in other programs' files, and in our own export."""
