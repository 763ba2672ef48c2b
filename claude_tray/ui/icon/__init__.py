"""Draw the tray icon."""
