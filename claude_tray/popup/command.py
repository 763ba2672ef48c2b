"""The words that start this program once more, as a part of itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

# A system's package lies where Python does not look by itself, and children
# of children are not to inherit where that is, so no PYTHONPATH.
_FOLDER: Final = str(Path(__file__).resolve().parents[2])
_STARTS: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1));"
    " from claude_tray.{} import main; sys.exit(main())"
)


def own_command(*words: str) -> list[str]:
    """Return the command with these words after its name."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    return [*_started("cli.main"), *words]


def popup_command() -> list[str]:
    """Return what starts the popup's process."""
    if getattr(sys, "frozen", False):
        return own_command("popup", "--process")
    # Without the command line it is there sooner.
    return _started("popup.__main__")


def _started(module: str) -> list[str]:
    return [sys.executable, "-P", "-c", _STARTS.format(module), _FOLDER]
