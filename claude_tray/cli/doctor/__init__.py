"""Check the installation."""
