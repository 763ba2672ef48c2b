"""A tray icon that shows how much of Claude Code's 5-hour window is left."""

__version__ = "0.1.0"
