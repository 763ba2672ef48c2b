"""Draw the icon, the tray menu and the popup."""
