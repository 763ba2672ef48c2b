"""Migrations of the teams' tables."""
