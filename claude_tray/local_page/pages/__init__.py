"""Handlers of the pages: load data, build values, render."""
