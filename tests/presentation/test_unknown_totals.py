"""What is not known is a dash on every surface, never zero."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from claude_tray.core.cost import UNKNOWN_TOTALS, ZERO_TOTALS, Totals
from claude_tray.core.snapshot import Snapshot
from claude_tray.i18n.formats import DASH
from claude_tray.i18n.translator import ENGLISH
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.status_lines import (
    format_last_7_days,
    format_last_30_days,
    format_today,
)
from claude_tray.presentation.usage_list import build_period_sum
from claude_tray.ui.popup.compose import format_summary, load_view
from claude_tray.ui.popup.source import StoreSource
from claude_tray.ui.toolkit.messages import ShowCommand
from tests.support.builders import at

if TYPE_CHECKING:
    from pathlib import Path


NOW = at("12:00")


def test_totals_of_no_store_are_dashes() -> None:
    context = ViewContext(NOW, zone=UTC)
    snapshot = Snapshot.without_store(NOW, "a problem")
    total = build_period_sum(snapshot.today, (), context)

    assert (
        format_today(snapshot.today, context)
        == f"Today {DASH} · {DASH} tokens"
    )
    assert DASH in format_last_7_days(snapshot.last_7_days, context)
    assert DASH in format_last_30_days(snapshot.last_30_days, context)
    assert (total.cost, total.tokens) == (DASH, f"{DASH} tokens")


def test_unknown_stays_unknown_in_sums() -> None:
    assert UNKNOWN_TOTALS.plus(Totals(messages=1)) is UNKNOWN_TOTALS
    assert UNKNOWN_TOTALS.cost is None
    assert not UNKNOWN_TOTALS.is_known
    assert ZERO_TOTALS.is_known


def test_an_unreadable_store_shows_no_zeros(tmp_path: Path) -> None:
    store = tmp_path / "usage.db"
    store.mkdir()
    source = StoreSource(
        ShowCommand(
            str(store),
            str(tmp_path / "settings.toml"),
            str(tmp_path),
            ((str(tmp_path), "default"),),
        )
    )

    view = load_view(source, ENGLISH, NOW)
    text = format_summary(view)

    assert "$0.00" not in text
    assert ": 0 tokens" not in text
