"""Management commands for users and tokens."""
