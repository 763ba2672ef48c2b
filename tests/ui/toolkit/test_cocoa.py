from __future__ import annotations

import importlib
import sys

import pytest

from claude_tray.errors import DesktopError


@pytest.mark.skipif(sys.platform == "darwin", reason="pyobjc is installed")
def test_without_pyobjc_the_backend_is_unavailable() -> None:
    with pytest.raises(DesktopError, match="pyobjc is not installed"):
        importlib.import_module("claude_tray.ui.toolkit.cocoa")
