"""Show desktop notifications."""
