"""The settings window: pages of switches and choices, drawn like the popup."""
