"""
Time the first start on a folder of transcripts.

    python -m tests.bench.first_start FOLDER [PROGRAM]

Starts the installed program, or another one such as PyInstaller's, on its own
panel with an empty store. Prints when the icon appeared and when its tooltip
showed the current window. FOLDER needs a message from today.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.support.desktop import VirtualDesktop, wait_until

_TIMEOUT_SECONDS = 120.0


def main() -> None:
    folder = sys.argv[1]
    program = [*sys.argv[2:], str(Path(sys.executable).parent / "claude-tray")]
    with (
        tempfile.TemporaryDirectory() as root,
        VirtualDesktop(Path(root)) as desktop,
    ):
        began = time.monotonic()
        desktop.start(program[0], "--claude-path", folder)
        (item,) = wait_until(desktop.list_items, _TIMEOUT_SECONDS)
        icon = time.monotonic() - began
        wait_until(
            lambda: "left" in str(desktop.get_item_property(item, "ToolTip")),
            _TIMEOUT_SECONDS,
        )
        window = time.monotonic() - began
    print(f"icon after {icon:.2f} s, current window after {window:.2f} s")


if __name__ == "__main__":
    main()
