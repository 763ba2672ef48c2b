"""Long times, replayed fast."""
