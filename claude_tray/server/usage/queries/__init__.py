"""Read usage data; results are plain values, not model instances."""
