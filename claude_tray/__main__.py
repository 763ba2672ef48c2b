"""Start the program: `python -m claude_tray` and the command `claude-tray`."""

from __future__ import annotations

import sys


def main() -> int:
    """
    Run a command and return the exit status.

    Claude Code runs the status line after each response, and bars run
    `status --format` every few seconds: both start without the command line.
    """
    if sys.argv[1:] == ["statusline"]:
        from claude_tray.providers.claude_code.statusline.entrypoint import (
            run_statusline,
        )

        return run_statusline()
    if sys.argv[1:2] == ["status"]:
        from claude_tray.cli.quick_status import print_status

        status = print_status(sys.argv[1:])
        if status is not None:
            return status
    from claude_tray.cli.main import main as run_command

    return run_command()


if __name__ == "__main__":
    sys.exit(main())
