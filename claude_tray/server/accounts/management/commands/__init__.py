"""Management commands for users and tokens, one module each."""
