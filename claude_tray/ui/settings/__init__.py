"""Build and show the settings window."""
