from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import ClaudeFolder
from tests.support.sandbox import ProgramSandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[ProgramSandbox]:
    sandbox = ProgramSandbox(tmp_path, ClaudeFolder(tmp_path / "claude"))
    yield sandbox
    sandbox.kill_all()


@pytest.fixture(scope="session")
def _namespace_error() -> str:
    """Return why namespaces are unavailable; empty if they are available."""
    if sys.platform != "linux":
        return "only Linux has namespaces"
    result = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"],
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stderr.strip()


@pytest.fixture
def namespaces(_namespace_error: str) -> None:
    """Skip the test without user and mount namespaces."""
    if _namespace_error:
        pytest.skip(f"no namespaces here: {_namespace_error}")


@pytest.fixture
def minutes_ago() -> Callable[[int], datetime]:
    """Return the time a number of minutes ago."""
    now = datetime.now(UTC)
    return lambda minutes: now - timedelta(minutes=minutes)
