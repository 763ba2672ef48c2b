from __future__ import annotations

from contextlib import closing
from datetime import UTC, date
from typing import TYPE_CHECKING

from claude_tray.store.connection import open_writer
from claude_tray.ui.popup.queries import DAY_COUNT, load_daily_totals
from tests.support.builders import at, make_record
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from pathlib import Path

NOW = at("10:00", day=20)


def test_daily_totals_include_empty_days(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        save_records(
            writer,
            make_record("23:59", day=18),
            make_record("09:00", day=20, session="b"),
        )

        days = load_daily_totals(writer, NOW, UTC)

    counts = [totals.messages for _, totals in days]
    assert len(days) == DAY_COUNT
    assert days[-1][0] == date(NOW.year, NOW.month, NOW.day)
    assert counts[-3:] == [1, 0, 1]
    assert sum(counts) == 2
