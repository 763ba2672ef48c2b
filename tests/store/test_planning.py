from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from claude_tray.core.accounts import Account
from claude_tray.core.limit_hits import LimitHit
from claude_tray.core.limits import LimitKind
from claude_tray.core.receipt_weights import Weights, price_amounts
from claude_tray.core.usage import TokenCounts
from claude_tray.store import planning, receipts
from claude_tray.store.limit_hits import save_hits
from tests.support.builders import MODEL, PRICES, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer

ACCOUNT = Account("", "claude", "/c", None)
TOKENS = TokenCounts(output=1_000)
BERLIN = ZoneInfo("Europe/Berlin")
# Each reply takes 24 points: four fit.
WEIGHTS = Weights(
    24 / sum(price_amounts(TOKENS, MODEL, ms("09:00"), PRICES).values())
)
NOW_MS = ms("20:00", 30)


@pytest.fixture
def worked(writer: Writer) -> Writer:
    """
    Seven replies from 9:00 to 12:00 in Berlin, on two days of 2026.

    Summer time begins between them, on 29 March.
    """
    halves = ("00", "30")
    for day, first_hour in ((28, 8), (30, 7)):
        clocks = [
            f"{first_hour + n // 2:02}:{halves[n % 2]}" for n in range(7)
        ]
        save_records(
            writer,
            *(make_record(clock, day=day, tokens=TOKENS) for clock in clocks),
        )
    return writer


def test_starts_are_times_of_the_local_day(worked: Writer) -> None:
    """A window from 6:00 on lets nothing wait, one from 5:00 on does."""
    clocks = (time(5), time(6), time(7, 10))
    query = planning.PlanQuery(NOW_MS, clocks, BERLIN)

    plan = planning.load_plan(worked, ACCOUNT, PRICES, WEIGHTS, query)

    assert plan.usual is not None
    assert (plan.usual.walls, plan.usual.waited_ms) == (2, 6 * 3_600_000)
    assert plan.usual_start == time(9)
    waits = {s.clock: s.result.waited_ms // 60_000 for s in plan.starts}
    assert (waits[time(6)], waits[time(7, 10)]) == (0, 140)
    assert waits[time(5)] > 0
    assert plan.starts[0].clock == time(6)


def test_of_equal_starts_the_one_next_to_the_usual_is_first(
    worked: Writer,
) -> None:
    clocks = (time(0), time(21), time(9))
    query = planning.PlanQuery(NOW_MS, clocks, BERLIN)

    plan = planning.load_plan(worked, ACCOUNT, PRICES, WEIGHTS, query)

    assert [start.clock for start in plan.starts] == [
        time(9),
        time(0),
        time(21),
    ]


def test_without_percentages_nothing_is_replayed(worked: Writer) -> None:
    query = planning.PlanQuery(NOW_MS)

    plan = planning.load_plan(worked, ACCOUNT, PRICES, None, query)

    assert plan == (None, None, ())


def test_without_work_no_start_is_usual_and_all_are_equal(
    writer: Writer,
) -> None:
    """They stay in the order in which they were named."""
    clocks = (time(9), time(0), time(21))
    query = planning.PlanQuery(NOW_MS, clocks, BERLIN)

    plan = planning.load_plan(writer, ACCOUNT, PRICES, WEIGHTS, query)

    assert plan.usual_start is None
    assert plan.usual is not None
    assert (plan.usual.walls, plan.usual.waited_ms) == (0, 0)
    assert [start.clock for start in plan.starts] == list(clocks)
    assert {start.result.waited_ms for start in plan.starts} == {0}


def test_reached_limits_have_what_ran_before(worked: Writer) -> None:
    hit = LimitHit(LimitKind.FIVE_HOUR, ms("10:05", 30), ms("11:00", 30))
    save_hits(worked, [hit], "")
    history = receipts.load_history(worked, ACCOUNT, PRICES, NOW_MS)

    found = planning.load_walls(
        worked, ACCOUNT, "Max", PRICES, history, (ms("00:00", 30), NOW_MS)
    )

    (wall,) = found.walls
    assert wall.blocked_ms == 55 * 60_000
    assert [path for path, _ in wall.projects] == ["/home/ada/notes"]
    # Without any percentage, plans cannot be compared.
    assert (found.plan, found.plans) == ("Max", [])
