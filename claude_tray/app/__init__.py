"""Run the tray: wire the parts, dispatch user actions, shut down."""
