"""Print the menu entry of an installed package, in all languages."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from claude_tray.i18n.translator import list_translations
from claude_tray.platform.app_id import COMMAND
from claude_tray.platform.desktop_entry import COMMENT, build_menu_entry

print(build_menu_entry((COMMAND,), list_translations(COMMENT)), end="")
