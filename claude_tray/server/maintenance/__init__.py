"""Maintenance commands of the server."""
