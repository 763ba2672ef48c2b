"""The usage API, one module for each endpoint."""
