from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.limits import SEVEN_DAY, LimitSample
from claude_tray.store.connection import transaction
from claude_tray.store.limit_curves import load_curve, load_resets
from claude_tray.store.limit_reports import save_samples
from tests.support.builders import make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer

RESET_MS = ms("12:00", 8)


def report(writer: Writer, name: str, *readings: tuple[str, float]) -> None:
    save_records(writer, make_record("09:00", day=2))
    with transaction(writer):
        for clock, percent in readings:
            at_ms = ms(clock, 2)
            sample = LimitSample("", name, percent, RESET_MS, at_ms)
            save_samples(writer, [sample._replace(session="s")])


def test_each_limit_has_its_curve(writer: Writer) -> None:
    report(writer, SEVEN_DAY, ("09:10", 4), ("09:30", 6))
    report(writer, "seven_day_opus", ("09:20", 9))

    bounds = ms("09:00", 2), ms("10:00", 2)
    assert load_curve(writer, "", *bounds, SEVEN_DAY) == [
        (ms("09:10", 2), 4),
        (ms("09:30", 2), 6),
    ]
    assert load_curve(writer, "", *bounds, "Opus") == [(ms("09:20", 2), 9)]
    assert load_curve(writer, "", *bounds) == []


def test_amounts_of_money_have_none(writer: Writer) -> None:
    report(writer, "extra_usage", ("09:10", 4))

    bounds = ms("09:00", 2), ms("10:00", 2)
    assert load_curve(writer, "", *bounds, "extra_usage") == []


def test_resets_are_those_of_any_name_of_a_limit(writer: Writer) -> None:
    report(writer, "seven_day_opus", ("09:10", 4))

    assert load_resets(writer, "", "Opus") == [RESET_MS]
    assert load_resets(writer, "", SEVEN_DAY) == []
