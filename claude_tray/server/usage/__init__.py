"""What machines sent, and what it adds up to."""
