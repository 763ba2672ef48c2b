from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.cost import sum_totals
from claude_tray.core.periods import ProjectStep, TimeRange
from claude_tray.core.usage import TokenCounts
from claude_tray.store.period_usage import (
    UsageFilter,
    list_project_steps,
    load_period_buckets,
    load_period_groups,
    rank_sessions,
)
from claude_tray.store.usage_queries import list_usage_groups
from tests.support.builders import MODEL, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer

DAY = TimeRange(ms("00:00", 2), ms("00:00", 3))
# No whole quarters of an hour, so it is read from the records.
WINDOW = TimeRange(ms("09:03", 2), ms("14:03", 2))
NOTES, SHOP = "/home/ada/notes", "/home/ada/shop"


@pytest.fixture
def used(writer: Writer) -> Writer:
    """Store usage of two accounts, projects, models and days."""
    save_records(
        writer,
        make_record("10:00", day=1, session="old"),
        make_record("09:02", day=2, session="early"),
        make_record("09:03", day=2, session="a"),
        make_record("09:14", day=2, session="a", model="claude-other"),
        make_record(
            "11:00",
            day=2,
            session="b",
            project=SHOP,
            tokens=TokenCounts(output=100, cache_read=7),
        ),
        make_record("14:03", day=2, session="late"),
    )
    save_records(
        writer,
        make_record("12:00", day=2, session="c", project=SHOP),
        account="work",
    )
    return writer


@pytest.mark.parametrize(
    ("period", "account", "project", "expected"),
    [
        (None, None, None, {(NOTES, MODEL): 4, (SHOP, MODEL): 2}),
        (None, "", None, {(NOTES, MODEL): 4, (SHOP, MODEL): 1}),
        (None, None, SHOP, {(SHOP, MODEL): 2}),
        (None, "work", NOTES, {}),
        (DAY, None, None, {(NOTES, MODEL): 3, (SHOP, MODEL): 2}),
        (DAY, "work", None, {(SHOP, MODEL): 1}),
        (WINDOW, "", None, {(NOTES, MODEL): 1, (SHOP, MODEL): 1}),
        (WINDOW, None, SHOP, {(SHOP, MODEL): 2}),
    ],
)
def test_usage_is_grouped_by_project_and_model(
    used: Writer,
    period: TimeRange | None,
    account: str | None,
    project: str | None,
    expected: dict[tuple[str, str], int],
) -> None:
    usage_filter = UsageFilter(period, account, project)

    groups = load_period_groups(used, usage_filter)

    counts = {
        (group.project, group.model): group.totals.messages
        for group in groups
        if group.model == MODEL
    }
    assert counts == expected
    others = sum(group.model == "claude-other" for group in groups)
    assert others == ((NOTES, MODEL) in expected)
    ranking = rank_sessions(used, usage_filter, 10)
    by_session = sum_totals(session.totals for session in ranking.sessions)
    assert by_session == sum_totals(group.totals for group in groups)
    if period is not None:
        buckets = load_period_buckets(used, usage_filter)
        assert sum_totals(totals for _, totals in buckets) == by_session


def test_a_range_of_records_agrees_with_the_exact_groups(
    used: Writer,
) -> None:
    groups = load_period_groups(used, UsageFilter(WINDOW, ""))

    assert groups == list_usage_groups(used, "", *WINDOW)


@pytest.mark.parametrize(
    ("usage_filter", "count"),
    [
        (UsageFilter(DAY), 5),
        (UsageFilter(WINDOW), 3),
        (UsageFilter(None, None, SHOP), 2),
    ],
)
def test_the_most_expensive_sessions_come_first(
    used: Writer, usage_filter: UsageFilter, count: int
) -> None:
    ranking = rank_sessions(used, usage_filter, 2)

    assert (ranking.total, ranking.is_by_time) == (count, False)
    first, second = ranking.sessions
    assert (first.uuid, first.path, first.project) == ("b", SHOP, SHOP)
    assert first.last_ms == ms("11:00", 2)
    assert first.totals.priced_cost == 100 * 10 + 7 * 10_000
    assert second.totals.priced_cost == 10 + 5 * 10


@pytest.mark.parametrize(
    ("account", "expected", "count"),
    [(None, ["late", "c"], 6), ("", ["late", "b"], 5), ("gone", [], 0)],
)
def test_of_all_of_the_time_the_newest_sessions_come_first(
    used: Writer, account: str | None, expected: list[str], count: int
) -> None:
    ranking = rank_sessions(used, UsageFilter(None, account), 2)

    assert [session.uuid for session in ranking.sessions] == expected
    assert ranking.total == count
    assert ranking.is_by_time


def test_nothing_used_is_an_empty_ranking(writer: Writer) -> None:
    assert rank_sessions(writer, UsageFilter(), 5) == ((), 0, True)


def test_a_cost_of_thousands_of_dollars_ranks_first(writer: Writer) -> None:
    save_records(
        writer,
        make_record(session="cheap", tokens=TokenCounts(output=10**10)),
        make_record(session="dear", tokens=TokenCounts(output=2 * 10**11)),
    )

    whole_day = TimeRange(ms("00:00"), ms("00:00", 2))
    for usage_filter in (
        UsageFilter(whole_day),
        UsageFilter(None, None, NOTES),
    ):
        ranking = rank_sessions(writer, usage_filter, 5)
        names = [session.uuid for session in ranking.sessions]
        assert names == ["dear", "cheap"]


@pytest.mark.parametrize(
    ("period", "step_ms", "expected"),
    [
        (
            WINDOW,
            600_000,
            [
                (0, NOTES, 15, 15, 60, 0),
                (1, NOTES, 15, 15, 0, 1),
                (11, SHOP, 100, 107, 71_000, 0),
            ],
        ),
        (
            DAY,
            3_600_000,
            [
                (9, NOTES, 45, 45, 120, 1),
                (11, SHOP, 100, 107, 71_000, 0),
                (14, NOTES, 15, 15, 60, 0),
            ],
        ),
    ],
)
def test_steps_have_usage_by_project(
    used: Writer,
    period: TimeRange,
    step_ms: int,
    expected: list[tuple[int, str, int, int, int, int]],
) -> None:
    found = list_project_steps(used, UsageFilter(period, ""), step_ms)

    assert found == list(starmap(ProjectStep, expected))


@pytest.mark.parametrize("account", ["", "work", "nobody"])
@pytest.mark.parametrize("models", [None, (MODEL,)])
def test_all_of_an_account_is_the_sum_of_its_days(
    used: Writer, account: str, models: tuple[str, ...] | None
) -> None:
    """One account has most sessions: its sums are what the others leave."""
    days = TimeRange(ms("00:00", 1), ms("00:00", 9))
    usage_filter = UsageFilter(None, account, None, models)

    groups = load_period_groups(used, usage_filter)

    assert groups == load_period_groups(
        used, usage_filter._replace(period=days)
    )
    assert bool(groups) is (account != "nobody")
