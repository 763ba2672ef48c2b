"""Migrations of the usage data."""
