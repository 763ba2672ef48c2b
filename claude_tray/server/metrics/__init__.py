"""Prometheus metrics: usage and limits of users, responses of the server."""
