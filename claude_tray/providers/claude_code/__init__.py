"""Read Claude Code's transcripts, configuration and statusline reports."""
