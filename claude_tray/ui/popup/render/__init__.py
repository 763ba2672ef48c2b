"""Draw the popup and collect its clickable regions."""
