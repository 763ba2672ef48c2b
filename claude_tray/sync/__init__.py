"""Sync usage to a server of the user's choice; off by default."""
