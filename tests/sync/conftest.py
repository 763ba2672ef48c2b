from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.store.connection import open_writer
from tests.support.sync_harness import SyncHarness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def harness(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[SyncHarness]:
    caplog.set_level(logging.DEBUG)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    store = tmp_path / "own" / "usage.db"
    with (
        closing(open_writer(store)) as writer,
        SyncHarness(
            store,
            writer,
        ) as harness,
    ):
        yield harness
        harness.assert_token_not_leaked(caplog.text)
