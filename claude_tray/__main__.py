"""Start the program: `python -m claude_tray` and the command `claude-tray`."""

from __future__ import annotations

import sys


def main() -> int:
    """
    Run a command and return the exit status.

    Claude Code runs the status line after each response, so that is started
    without the command line.
    """
    if sys.argv[1:] == ["statusline"]:
        from claude_tray.providers.claude_code.statusline.entrypoint import (
            run_statusline,
        )

        return run_statusline()
    from claude_tray.cli.main import main as run_command

    return run_command()


if __name__ == "__main__":
    sys.exit(main())
