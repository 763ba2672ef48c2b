"""What Claude Code runs as its statusline; starts in a few milliseconds."""
