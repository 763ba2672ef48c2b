"""Management commands of teams and users."""
