"""Export usage and limits for monitoring: a file for Prometheus, and OTLP."""
