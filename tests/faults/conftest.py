from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import ClaudeFolder
from tests.support.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path, ClaudeFolder(tmp_path / "claude"))
    yield home
    home.end()


@pytest.fixture(scope="session")
def _namespaces() -> str:
    """Why no namespaces can be had; empty where they can."""
    if sys.platform != "linux":
        return "only Linux has namespaces"
    tried = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"],
        capture_output=True,
        text=True,
        check=False,
    )
    return tried.stderr.strip()


@pytest.fixture
def namespaces(_namespaces: str) -> None:
    """Skips where this machine allows no user and mount namespaces."""
    if _namespaces:
        pytest.skip(f"no namespaces here: {_namespaces}")


@pytest.fixture
def recently() -> Callable[[int], datetime]:
    """The time that many minutes ago."""
    now = datetime.now(UTC)
    return lambda minutes: now - timedelta(minutes=minutes)
