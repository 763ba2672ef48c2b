"""Watch folders for changed files."""
