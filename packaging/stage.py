"""
Make what Linux packages hold beside the program, in build/stage.

    python packaging/stage.py

The menu entry, the manual and the completion are made from the program's own
code, so they say what it says. Needs argparse-manpage and shtab. The time is
SOURCE_DATE_EPOCH where it is set: the same bytes each time.
"""

from __future__ import annotations

import gzip
import os
import sys
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

import shtab
from argparse_manpage.manpage import Manpage

from claude_tray import __version__
from claude_tray.cli.full_parser import full_parser
from claude_tray.platform import desktop_entry as entry
from claude_tray.platform.app_id import APP_ID, COMMAND, COMMENT

ROOT: Final = Path(__file__).resolve().parents[1]
STAGE: Final = ROOT / "build" / "stage"
MAINTAINER: Final = "claude-tray contributors <maintainers@example.invalid>"
# Where each shell looks, and under which name.
SHELLS: Final = {
    "bash": f"share/bash-completion/completions/{COMMAND}",
    "zsh": f"share/zsh/vendor-completions/_{COMMAND}",
    "fish": f"share/fish/vendor_completions.d/{COMMAND}.fish",
}


def manual(moment: datetime) -> str:
    data = {
        "description": COMMENT,
        "date": f"{moment:%Y-%m-%d}",
        "version": __version__,
        "manual_title": "User Commands",
    }
    return str(Manpage(full_parser(), _data=data))


def changelog(moment: datetime) -> str:
    """Return the changelog in Debian's form; the whole one is CHANGELOG.md."""
    return (
        f"{COMMAND} ({__version__}-1) unstable; urgency=medium\n\n"
        f"  * Release {__version__}.\n\n"
        f" -- {MAINTAINER}  {format_datetime(moment)}\n"
    )


def metainfo(moment: datetime) -> str:
    """Return what software centres show."""
    template = ROOT / "packaging" / "linux" / "metainfo.xml"
    text = template.read_text()
    for name, value in {
        "@ID@": APP_ID,
        "@VERSION@": __version__,
        "@DATE@": f"{moment:%Y-%m-%d}",
    }.items():
        text = text.replace(name, value)
    return text


def made(moment: datetime) -> dict[str, bytes]:
    """Return the files by their path below /usr."""
    menu = entry.build_menu_entry((COMMAND,))
    return {
        f"share/applications/{APP_ID}.desktop": menu.encode(),
        f"share/metainfo/{APP_ID}.metainfo.xml": metainfo(moment).encode(),
        f"share/man/man1/{COMMAND}.1.gz": _zipped(manual(moment)),
        f"share/doc/{COMMAND}/changelog.Debian.gz": _zipped(changelog(moment)),
        f"share/doc/{COMMAND}/copyright": (ROOT / "LICENSE").read_bytes(),
        **{
            path: shtab.complete(full_parser(), shell).encode()
            for shell, path in SHELLS.items()
        },
    }


def main() -> int:
    epoch = float(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    for name, data in made(datetime.fromtimestamp(epoch, UTC)).items():
        path = STAGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return 0


def _zipped(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


if __name__ == "__main__":
    sys.exit(main())
