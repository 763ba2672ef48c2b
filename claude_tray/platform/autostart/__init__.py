"""Start at login, as each system keeps it."""
