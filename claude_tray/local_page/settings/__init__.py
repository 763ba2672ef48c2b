"""Build the forms of the settings pages, and read what they send."""
