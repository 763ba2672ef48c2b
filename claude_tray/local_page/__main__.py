"""Run the process of the local page: `python -m claude_tray.local_page`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from claude_tray.local_page.process import run_page_process
from claude_tray.platform.logging_setup import log_internal_error

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """
    Serve the page.

    Args:
        argv: Arguments without the program's name; None for `sys.argv`.

    Returns:
        1 after an error, which is logged.
    """
    parser = argparse.ArgumentParser(prog="claude_tray.local_page")
    parser.add_argument("--claude-path", default="")
    parser.add_argument("--paths", nargs=3)
    arguments = parser.parse_args(argv)
    try:
        return run_page_process(arguments)
    except Exception as error:  # noqa: BLE001 - there is no terminal
        log_internal_error(error)
        return 1


if __name__ == "__main__":
    sys.exit(main())
