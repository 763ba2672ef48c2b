"""Forwards usage to a server of the person's own, if they switch it on."""
