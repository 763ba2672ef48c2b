"""Pages of teams, invitations, users and one's own data."""
