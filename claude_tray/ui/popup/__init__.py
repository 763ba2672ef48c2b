"""The popup, the settings window and the card: one picture, thin windows."""
