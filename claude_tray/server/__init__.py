"""The server: receives what trays send, adds up machines, shows it."""
