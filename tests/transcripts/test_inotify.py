from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.transcripts import inotify
from claude_tray.transcripts.watch import Watcher
from tests.support.builders import ClaudeFolder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_watches_are_counted_and_limited(tmp_path: Path) -> None:
    claude = ClaudeFolder(tmp_path / "claude")
    before = inotify.watch_count()
    watcher = Watcher(lambda _: None)

    watcher.attach([claude.path])

    after, used, most = inotify.watch_count(), inotify.used(), inotify.most()
    watcher.stop()
    assert before is not None
    assert after == before + 1
    assert used.watches is not None
    assert used.instances is not None
    assert most.watches is not None
    assert most.instances is not None
    assert after <= used.watches <= most.watches
    assert 1 <= used.instances <= most.instances


def test_where_nothing_tells_the_counts_are_unknown(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inotify, "_PROC", tmp_path / "nowhere")

    assert inotify.used() == inotify.most() == (None, None)
    monkeypatch.setattr(sys, "platform", "linux")
    assert inotify.watch_count() is None
    monkeypatch.setattr(sys, "platform", "sunos")
    assert inotify.watch_count() is None


def test_the_smaller_limit_holds(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inotify, "_PROC", tmp_path)
    for name, most in (
        ("sys/fs/inotify/max_user_watches", "8192"),
        ("sys/user/max_inotify_watches", "100"),
        ("sys/user/max_inotify_instances", "no number"),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{most}\n")

    assert inotify.most() == (100, None)
