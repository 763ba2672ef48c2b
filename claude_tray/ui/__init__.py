"""Draw the icon, the tray menu, the popup and the settings window."""
