"""The shapes that leave and enter: agent-sync and the usage API."""
