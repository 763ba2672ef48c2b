"""The program's own pictures, as an icon theme has them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[1]
# Installed they lie in the package, in a checkout beside it.
_PLACES: Final = (_PACKAGE / "icons", _PACKAGE.parent / "icons")


def theme_pictures() -> dict[str, bytes]:
    """
    Return the pictures by file name below hicolor: "48x48/apps/ID.png".

    A system's own package has them in the system's theme, and none here.
    """
    folder = next(filter(Path.is_dir, _PLACES), _PLACES[0]) / "hicolor"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.glob("*/apps/*"))
    }
