"""Tray icons of every system, all with pystray's calls."""
