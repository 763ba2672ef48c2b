"""Migrations of users and tokens."""
