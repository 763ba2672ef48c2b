from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from claude_tray.app.context import AppContext
from claude_tray.app.view_options import ViewOptionsStore
from claude_tray.config.schema import Settings
from claude_tray.ingest.snapshot_channel import SnapshotChannel
from claude_tray.platform.paths import AppPaths

if TYPE_CHECKING:
    from pathlib import Path


def test_concurrent_reads_undo_no_update(tmp_path: Path) -> None:
    own = AppPaths(tmp_path / "settings.toml", tmp_path / "usage.db", tmp_path)
    context = AppContext(own, Settings(), ())
    store = ViewOptionsStore(SnapshotChannel(), context)
    ended = threading.Event()

    def read_options() -> None:
        while not ended.is_set():
            store.get_options()

    reader = threading.Thread(target=read_options)
    reader.start()
    try:
        for number in range(100):
            style = ("ring", "pie")[number % 2]
            chosen = Settings(icon_style=style)
            store.update_settings(context._replace(settings=chosen))
            assert store.get_options().settings.icon_style == style
            store.set_muted(bool(number % 2))
            assert store.get_options().is_muted is bool(number % 2)
    finally:
        ended.set()
        reader.join()
