"""Names of the first description, for scripts of manage.py's shell."""
