"""Users, device tokens and permissions."""
