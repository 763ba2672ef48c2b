"""
pystray, without the display that importing it would open.

On Linux its `__init__` tries backends and connects to X; named "dummy", it
leaves that to whoever imports a backend of it.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, Final

_NAME: Final = "PYSTRAY_BACKEND"


def _imported() -> Any:  # noqa: ANN401 - it has no types
    chosen = os.environ.get(_NAME)
    if sys.platform not in ("win32", "darwin"):
        os.environ[_NAME] = "dummy"
    try:
        from pystray import _base  # noqa: PLC0415 - the name must be set
    finally:
        if chosen is None:
            os.environ.pop(_NAME, None)
        else:
            os.environ[_NAME] = chosen
    return _base


def backend(name: str) -> Any:  # noqa: ANN401 - it has no types
    """Return a backend of pystray's, as "_xorg"."""
    return import_module(f"pystray.{name}")


_base = _imported()
BaseIcon: Final[Any] = _base.Icon
Menu: Final[Any] = _base.Menu
MenuItem: Final[Any] = _base.MenuItem
