"""Packages that scripts import by names of the first description."""
