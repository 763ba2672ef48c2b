"""
Import pystray without opening a display.

On Linux `pystray/__init__.py` tries its backends and connects to X. With the
backend "dummy" selected it does not; the real backends are imported by name.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any, Final

_BACKEND_VARIABLE: Final = "PYSTRAY_BACKEND"


def _import_base() -> Any:
    previous = os.environ.get(_BACKEND_VARIABLE)
    os.environ[_BACKEND_VARIABLE] = "dummy"
    try:
        from pystray import _base
    finally:
        if previous is None:
            os.environ.pop(_BACKEND_VARIABLE, None)
        else:
            os.environ[_BACKEND_VARIABLE] = previous
    return _base


def import_backend(name: str) -> Any:
    """Import a backend of pystray, such as "_xorg"."""
    return import_module(f"pystray.{name}")


_base = _import_base()
BaseIcon: Final[Any] = _base.Icon
Menu: Final[Any] = _base.Menu
MenuItem: Final[Any] = _base.MenuItem
