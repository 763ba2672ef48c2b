"""Provide the statusline that Claude Code runs after each response."""
