"""Parse usage in files of other programs and in our own export."""
