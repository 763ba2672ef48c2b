"""The picture of a view, and the places on it that react."""
