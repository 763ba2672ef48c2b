"""
Build the files of Linux packages besides the program, in build/stage.

    python packaging/stage.py

The menu entry, the manual page and the shell completions are generated from
the code. Needs argparse-manpage and shtab. SOURCE_DATE_EPOCH, if set, is the
time in all files, so that builds are reproducible.
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
from claude_tray.i18n.translator import list_translations
from claude_tray.platform.app_id import APP_ID, COMMAND
from claude_tray.platform.desktop_entry import COMMENT, build_menu_entry

ROOT: Final = Path(__file__).resolve().parents[1]
STAGE_DIR: Final = ROOT / "build" / "stage"
MAINTAINER: Final = "claude-tray contributors <maintainers@example.invalid>"
# Location of the completions below /usr.
SHELLS: Final = {
    "bash": f"share/bash-completion/completions/{COMMAND}",
    "zsh": f"share/zsh/vendor-completions/_{COMMAND}",
    "fish": f"share/fish/vendor_completions.d/{COMMAND}.fish",
}


def build_manual(at: datetime) -> str:
    data = {
        "description": COMMENT,
        "date": f"{at:%Y-%m-%d}",
        "version": __version__,
        "manual_title": "User Commands",
    }
    return str(Manpage(full_parser(), _data=data))


def build_changelog(at: datetime) -> str:
    """Return Debian's changelog; CHANGELOG.md has the details."""
    return (
        f"{COMMAND} ({__version__}-1) unstable; urgency=medium\n\n"
        f"  * Release {__version__}.\n\n"
        f" -- {MAINTAINER}  {format_datetime(at)}\n"
    )


def build_metainfo(at: datetime) -> str:
    """Return the AppStream metadata that software centers show."""
    template = ROOT / "packaging" / "linux" / "metainfo.xml"
    text = template.read_text()
    for name, value in {
        "@ID@": APP_ID,
        "@VERSION@": __version__,
        "@DATE@": f"{at:%Y-%m-%d}",
    }.items():
        text = text.replace(name, value)
    return text


def build_files(at: datetime) -> dict[str, bytes]:
    """Return the files by path below /usr."""
    menu = build_menu_entry((COMMAND,), list_translations(COMMENT))
    return {
        f"share/applications/{APP_ID}.desktop": menu.encode(),
        f"share/metainfo/{APP_ID}.metainfo.xml": build_metainfo(at).encode(),
        f"share/man/man1/{COMMAND}.1.gz": _compress(build_manual(at)),
        f"share/doc/{COMMAND}/changelog.Debian.gz": _compress(
            build_changelog(at)
        ),
        f"share/doc/{COMMAND}/copyright": (ROOT / "LICENSE").read_bytes(),
        **{
            path: shtab.complete(full_parser(), shell).encode()
            for shell, path in SHELLS.items()
        },
    }


def main() -> int:
    epoch = float(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    for name, data in build_files(datetime.fromtimestamp(epoch, UTC)).items():
        path = STAGE_DIR / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return 0


def _compress(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


if __name__ == "__main__":
    sys.exit(main())
