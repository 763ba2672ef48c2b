"""Turn on what a new user may set up, in this program and in others."""
