from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.domain.price_list import PriceTable
from claude_tray.domain.window import Rule
from claude_tray.engine.choices import Choices, Folder
from claude_tray.engine.settle import settle
from claude_tray.store.connection import Writer, open_writer
from tests.support.builders import PRICES, a_record, ms
from tests.support.keeping import keep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield writer


@pytest.fixture
def choices(tmp_path: Path) -> Choices:
    return Choices((Folder(tmp_path),), PRICES, Rule.EXACT)


def _starts(writer: Writer) -> list[int]:
    rows = writer.execute("SELECT start_ms FROM closed_window").fetchall()
    return [start for (start,) in rows]


def test_windows_that_are_over_are_kept(
    writer: Writer,
    choices: Choices,
) -> None:
    keep(writer, a_record("09:07"))

    assert list(settle(writer, choices, ms("23:00"))) == []

    assert _starts(writer) == [ms("09:07")]


def test_a_clock_that_is_set_back_opens_the_window_again(
    writer: Writer,
    choices: Choices,
) -> None:
    keep(writer, a_record("09:07"))
    list(settle(writer, choices, ms("09:00", day=20)))

    list(settle(writer, choices, ms("09:30")))

    assert _starts(writer) == []


def test_another_rule_makes_other_windows(
    writer: Writer,
    choices: Choices,
) -> None:
    keep(writer, a_record("09:07"))
    list(settle(writer, choices, ms("23:00")))

    list(settle(writer, choices._replace(rule=Rule.HOUR), ms("23:00")))

    assert _starts(writer) == [ms("09:00")]


def test_other_prices_are_applied_in_steps(
    writer: Writer,
    choices: Choices,
) -> None:
    keep(writer, a_record("09:07"))

    steps = settle(
        writer,
        choices._replace(prices=PriceTable("none", {})),
        ms("23:00"),
    )

    assert list(steps) == [None]
    assert writer.execute("SELECT cost FROM message").fetchall() == [(None,)]
