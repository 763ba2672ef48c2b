"""Runs Django's commands, as a project's manage.py does."""

from __future__ import annotations

import sys

from claude_tray.errors import ClaudeTrayError
from claude_tray.server.bootstrap import setup_django


def main() -> None:
    """Run the command that the arguments name."""
    try:
        setup_django()
    except ClaudeTrayError as error:
        sys.exit(f"claude-tray: {error.summary} {error.hint}")
    # After Django is ready.
    from django.core.management import (
        execute_from_command_line,
    )

    execute_from_command_line(["manage.py", *sys.argv[1:]])


if __name__ == "__main__":
    main()
