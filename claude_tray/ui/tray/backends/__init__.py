"""Tray icons of all systems, with the interface of pystray."""
