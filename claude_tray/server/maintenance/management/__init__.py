"""Management commands for usage data."""
