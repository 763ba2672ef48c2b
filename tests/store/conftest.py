from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.store.connection import Writer, open_writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "own" / "usage.db"


@pytest.fixture
def writer(store: Path) -> Iterator[Writer]:
    with closing(open_writer(store)) as writer:
        yield writer
