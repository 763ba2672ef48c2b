"""
The first start on a folder of transcripts: when is the window there?

    python -m tests.bench.first_start FOLDER [PROGRAM]

Starts the installed program, or another one as PyInstaller's, on a panel of its
own with an empty store, and tells when the icon was there, and when its tooltip
had the current window. Give it a folder whose newest message is of today.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.support.desktop import Desktop, until

_PATIENCE = 120.0


def main() -> None:
    folder = sys.argv[1]
    program = [*sys.argv[2:], str(Path(sys.executable).parent / "claude-tray")]
    with tempfile.TemporaryDirectory() as place, Desktop(Path(place)) as desk:
        began = time.monotonic()
        desk.start(program[0], "--claude-path", folder)
        (item,) = until(desk.items, _PATIENCE)
        icon = time.monotonic() - began
        until(
            lambda: "left" in str(desk.of_item(item, "ToolTip")),
            _PATIENCE,
        )
        window = time.monotonic() - began
    print(f"icon after {icon:.2f} s, current window after {window:.2f} s")


if __name__ == "__main__":
    main()
