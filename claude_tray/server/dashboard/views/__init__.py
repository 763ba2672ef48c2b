"""Pages: read, make values, fill a template."""
