"""Claude Code's transcripts: where they lie, what they gained, what it says."""
