"""Write the table of options into docs/settings.md; --check only compares."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from claude_tray.config.docs_table import format_settings_table

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
_TABLE = re.compile(
    r"(?<=<!-- settings -->\n).*?(?=\n<!-- /settings -->)", re.DOTALL
)


def main() -> int:
    old = PAGE.read_text(encoding="utf-8")
    new = _TABLE.sub(lambda _: format_settings_table(), old, count=1)
    if "--check" not in sys.argv:
        PAGE.write_text(new, encoding="utf-8")
        return 0
    if old != new:
        print("docs/settings.md is outdated: run this without --check")
    return int(old != new)


if __name__ == "__main__":
    sys.exit(main())
