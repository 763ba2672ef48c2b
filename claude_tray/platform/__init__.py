"""Adapt to the operating system: paths, locks, autostart, notifications."""
