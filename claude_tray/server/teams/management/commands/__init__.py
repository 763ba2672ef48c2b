"""Management commands of teams and users, one module each."""
