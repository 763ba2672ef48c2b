"""Writes the README's table of settings; --check only compares."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from claude_tray.config.docs_table import format_settings_table

README = Path(__file__).parents[1] / "README.md"
_PLACE = re.compile(r"(?<=<!-- settings -->\n).*?(?=\n\n)", re.DOTALL)


def main() -> int:
    old = README.read_text(encoding="utf-8")
    new = _PLACE.sub(lambda _: format_settings_table(), old, count=1)
    if "--check" not in sys.argv:
        README.write_text(new, encoding="utf-8")
        return 0
    if old != new:
        print("README's table of settings is old: run this without --check")
    return int(old != new)


if __name__ == "__main__":
    sys.exit(main())
