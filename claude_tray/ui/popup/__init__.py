"""The popup and the card: one picture, thin windows."""
