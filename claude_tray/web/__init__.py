"""Web pages: templates, static files and the values they draw."""
