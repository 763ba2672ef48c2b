"""
Show everything in a local web page, without sign-in and without a server.

A process of its own serves it on a random port of the loopback interface. It
is started on demand and ends when nobody has used it for ten minutes.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from typing import Any


def _defer_werkzeug() -> None:
    """
    Make Werkzeug's modules importable without what its package imports.

    That is a development server and a test client: an eighth of the time
    until the first page. It is done when a name of the package is used.
    """
    spec = find_spec("werkzeug")
    if "werkzeug" in sys.modules or spec is None or spec.loader is None:
        return
    loader, package = spec.loader, module_from_spec(spec)

    def load(name: str) -> Any:
        if find_spec(f"werkzeug.{name}") is not None:
            return import_module(f"werkzeug.{name}")
        del package.__dict__["__getattr__"]
        loader.exec_module(package)
        return getattr(package, name)

    package.__dict__["__getattr__"] = load
    sys.modules["werkzeug"] = package


_defer_werkzeug()
