"""Management commands for usage data, one module each."""
