"""Run Django's management commands, like a project's manage.py."""

from __future__ import annotations

import sys

from claude_tray.errors import ClaudeTrayError
from claude_tray.server.bootstrap import setup_django


def main() -> None:
    """Run the command in `sys.argv`."""
    try:
        setup_django()
    except ClaudeTrayError as error:
        sys.exit(f"claude-tray: {error.summary} {error.hint}")
    # Late: needs the extra and a configured Django.
    from django.core.management import (
        execute_from_command_line,
    )

    execute_from_command_line(["manage.py", *sys.argv[1:]])


if __name__ == "__main__":
    main()
