from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.store.repair import set_aside
from tests.support.builders import at

if TYPE_CHECKING:
    from pathlib import Path


def test_a_damaged_store_is_kept_beside(tmp_path: Path) -> None:
    store = tmp_path / "usage.db"
    for suffix in ("", "-wal", "-shm"):
        store.with_name(f"usage.db{suffix}").write_bytes(b"damaged")

    aside = set_aside(store, at("09:00"))

    assert aside.name == "usage.db.corrupt-20260301T090000"
    assert [path.name for path in tmp_path.iterdir()] == [aside.name]
