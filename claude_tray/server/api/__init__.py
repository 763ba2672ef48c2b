"""The usage API: one module an endpoint."""
