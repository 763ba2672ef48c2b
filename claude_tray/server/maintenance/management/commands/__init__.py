"""Commands of the server: one module each."""
