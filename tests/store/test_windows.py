from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.core.accounts import Account
from claude_tray.core.limit_hits import LimitHit
from claude_tray.core.limits import LimitKind, LimitSample
from claude_tray.core.usage import TokenCounts
from claude_tray.core.windows import (
    ValueSource,
    Window,
    WindowRule,
    counts_for_windows,
)
from claude_tray.store import claude_reports, windows
from claude_tray.store.aggregates import compute_totals
from claude_tray.store.connection import open_writer
from claude_tray.store.limit_hits import save_hits
from claude_tray.store.limit_reports import save_samples
from claude_tray.store.limit_tables import COUNTS_FOR_WINDOWS
from claude_tray.store.lookup_ids import LookupIds
from claude_tray.store.windows import invalidate_closed
from tests.support.builders import at, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


DEFAULT_ACCOUNT = Account("", "default", "/home/ada/.claude", WindowRule.EXACT)
AUTOMATIC_ACCOUNT = DEFAULT_ACCOUNT._replace(rule=None)


def _list_starts(windows_found: list[Window]) -> list[tuple[str, int]]:
    return [(f"{w.start:%d %H:%M}", w.totals.messages) for w in windows_found]


def test_window_starts_with_the_first_record_after_the_previous(
    writer: Writer,
) -> None:
    for clock in ("09:07", "13:00", "14:06", "14:07", "19:06", "22:00"):
        save_records(writer, make_record(clock))

    found = windows.list_windows(writer, DEFAULT_ACCOUNT, ms("23:00"))

    assert _list_starts(found) == [
        ("01 09:07", 3),
        ("01 14:07", 2),
        ("01 22:00", 1),
    ]


def test_open_window_is_current_until_its_end(writer: Writer) -> None:
    save_records(writer, make_record("09:07"))

    before = windows.find_current(writer, DEFAULT_ACCOUNT, ms("14:06"))
    after = windows.find_current(writer, DEFAULT_ACCOUNT, ms("14:07"))

    assert before is not None
    assert (before.start, before.end) == (at("09:07"), at("14:07"))
    assert after is None


def test_an_account_that_was_never_used_has_no_window(writer: Writer) -> None:
    other = DEFAULT_ACCOUNT._replace(key="work")
    windows.persist_closed(writer, other, ms("09:00"))

    assert windows.find_current(writer, other, ms("09:00")) is None
    assert windows.find_latest(writer, other, ms("09:00")) is None
    assert windows.list_windows(writer, other, ms("09:00")) == []


def test_stored_windows_equal_computed_ones(
    writer: Writer,
) -> None:
    for clock in ("00:30", "05:31", "11:00", "16:40"):
        save_records(writer, make_record(clock))
    computed = windows.list_windows(writer, DEFAULT_ACCOUNT, ms("17:00"))

    windows.persist_closed(writer, DEFAULT_ACCOUNT, ms("17:00"))

    (count,) = writer.execute("SELECT count(*) FROM closed_window").fetchone()
    assert count == 3
    assert (
        windows.list_windows(writer, DEFAULT_ACCOUNT, ms("17:00")) == computed
    )


def test_late_record_invalidates_closed_windows(writer: Writer) -> None:
    for clock in ("00:30", "06:00", "12:00"):
        save_records(writer, make_record(clock))
    windows.persist_closed(writer, DEFAULT_ACCOUNT, ms("23:00"))

    save_records(writer, make_record("05:40"))

    assert _list_starts(
        windows.list_windows(writer, DEFAULT_ACCOUNT, ms("23:00"))
    ) == [
        ("01 00:30", 1),
        ("01 05:40", 2),
        ("01 12:00", 1),
    ]


def test_future_record_opens_no_window(writer: Writer) -> None:
    save_records(writer, make_record("09:00"), make_record("20:00"))

    assert windows.find_current(writer, DEFAULT_ACCOUNT, ms("14:30")) is None
    assert _list_starts(
        windows.list_windows(writer, DEFAULT_ACCOUNT, ms("14:30"))
    ) == [
        ("01 09:00", 1),
    ]


def test_accounts_have_separate_windows(writer: Writer) -> None:
    work = DEFAULT_ACCOUNT._replace(key="work")
    save_records(writer, make_record("09:00"), make_record("09:05"))
    save_records(writer, make_record("11:00", session="w"), account="work")

    mine = windows.find_current(writer, DEFAULT_ACCOUNT, ms("12:00"))
    theirs = windows.find_current(writer, work, ms("12:00"))

    assert mine is not None
    assert theirs is not None
    assert (mine.start, mine.totals.messages) == (at("09:00"), 2)
    assert (theirs.start, theirs.totals.messages) == (at("11:00"), 1)


def test_open_official_window_overrides_a_chosen_rule(
    writer: Writer,
) -> None:
    save_records(writer, make_record("09:07"))
    _make_limit_hit(writer, "10:00", "14:00")

    now = windows.find_current(writer, DEFAULT_ACCOUNT, ms("10:01"))
    later = windows.list_windows(writer, DEFAULT_ACCOUNT, ms("15:00"))

    assert now is not None
    assert (now.start, now.source) == (at("09:00"), ValueSource.OFFICIAL)
    assert [w.source for w in later] == [ValueSource.ESTIMATED]


def test_auto_infers_the_rule_from_reported_resets(writer: Writer) -> None:
    save_records(writer, make_record("09:07"), make_record("16:44"))
    _make_limit_hit(writer, "10:00", "14:00")

    first, second = windows.list_windows(
        writer, AUTOMATIC_ACCOUNT, ms("17:00")
    )

    assert (first.source, first.rule) == (ValueSource.OFFICIAL, None)
    assert (second.source, second.rule) == (
        ValueSource.INFERRED,
        WindowRule.TEN_MINUTES,
    )
    assert second.start == at("16:40")


@pytest.mark.parametrize(
    ("text", "resets"),
    [("10:00", None), ("10:00", "09:59"), ("10:00", "15:03")],
)
def test_implausible_reset_is_ignored(
    writer: Writer,
    text: str,
    resets: str | None,
) -> None:
    save_records(writer, make_record("09:07"))
    _make_limit_hit(writer, text, resets)

    (window,) = windows.list_windows(writer, AUTOMATIC_ACCOUNT, ms("12:00"))

    assert window.source is ValueSource.ESTIMATED


def test_repeated_resets_and_other_limits_make_one_window(
    writer: Writer,
) -> None:
    save_records(writer, make_record("09:07"))
    _make_limit_hit(writer, "10:00", "14:00")
    _make_limit_hit(writer, "10:05", "14:01")
    _make_limit_hit(writer, "10:06", "14:30", LimitKind.SEVEN_DAY)

    (window,) = windows.list_windows(writer, AUTOMATIC_ACCOUNT, ms("12:00"))

    assert window.end == at("14:00")


def test_remotely_started_windows_do_not_change_the_rule(
    writer: Writer,
) -> None:
    save_records(writer, make_record("12:47"), make_record("20:44"))
    _make_limit_hit(writer, "13:00", "14:00")

    _, second = windows.list_windows(writer, AUTOMATIC_ACCOUNT, ms("21:00"))

    assert second.source is ValueSource.ESTIMATED


@pytest.mark.parametrize(
    ("start", "end", "messages"),
    [
        ("09:00", "10:00", 3),
        ("09:07", "09:46", 2),
        ("09:08", "09:46", 1),
        ("09:08", "09:10", 0),
        ("09:00", "09:45", 1),
        ("08:50", "09:08", 1),
    ],
)
def test_totals_of_any_range_are_exact(
    writer: Writer,
    start: str,
    end: str,
    messages: int,
) -> None:
    for clock in ("09:07", "09:45", "09:59"):
        save_records(writer, make_record(clock))
    save_records(
        writer,
        make_record("09:30", is_message=False, tokens=TokenCounts(0, 0)),
    )

    total = compute_totals(writer, ms(start), ms(end))

    assert total.messages == messages
    assert total.tokens == TokenCounts(10 * messages, 5 * messages)
    assert total.cost == 60 * messages


def test_all_closed_windows_can_be_invalidated(writer: Writer) -> None:
    save_records(writer, make_record("09:07"))
    windows.persist_closed(writer, DEFAULT_ACCOUNT, ms("23:00"))

    invalidate_closed(writer, 0)

    assert _list_starts(
        windows.list_windows(writer, DEFAULT_ACCOUNT, ms("23:00"))
    ) == [("01 09:07", 1)]


def _make_limit_hit(
    writer: Writer,
    text: str,
    resets: str | None,
    kind: LimitKind = LimitKind.FIVE_HOUR,
) -> None:
    hit = LimitHit(kind, ms(text), ms(resets) if resets else None)
    save_hits(writer, [hit], "")


def test_old_windows_need_no_samples(writer: Writer) -> None:
    resets = [ms("14:00", day) for day in range(1, 25)]
    resets += [ms("22:00", day) for day in range(1, 25)]
    for day in range(1, 25):
        save_records(
            writer,
            make_record("09:07", day=day),
            make_record("17:07", day=day),
        )
    samples = [
        LimitSample("", "five_hour", 1, end, end - 60_000) for end in resets
    ]
    save_samples(writer, samples)
    before = windows.list_windows(writer, AUTOMATIC_ACCOUNT, ms("23:00", 24))
    windows.persist_closed(writer, AUTOMATIC_ACCOUNT, ms("23:00", 24))

    rules = claude_reports.load_window_rules(writer, "", None, ms("23:00", 24))

    assert len(rules.official_windows) == 40
    assert rules.inferred_rule == (WindowRule.TEN_MINUTES, 20, timedelta())
    assert (
        windows.list_windows(writer, AUTOMATIC_ACCOUNT, ms("23:00", 24))
        == before
    )
    invalidate_closed(writer, 0)
    assert (
        windows.list_windows(writer, AUTOMATIC_ACCOUNT, ms("23:00", 24))
        == before
    )


def test_unused_account_has_no_last_window(
    writer: Writer,
) -> None:
    LookupIds(writer).get_account_id("")

    assert windows.find_latest(writer, DEFAULT_ACCOUNT, ms("23:00")) is None


OTHERS = [
    ("chatcmpl-1", "glm-4.6"),
    ("msg_1", "glm-4.6"),
    ("msg_bdrk_1", "claude-opus-5-5"),
    ("msg_1", "us.anthropic.claude-opus-5-5-v1:0"),
]


@pytest.mark.parametrize(("message", "model"), OTHERS)
def test_responses_of_other_providers_open_no_window(
    writer: Writer, message: str, model: str
) -> None:
    save_records(writer, make_record("09:00", message=message, model=model))

    assert windows.list_windows(writer, DEFAULT_ACCOUNT, ms("23:00")) == []
    assert windows.find_current(writer, DEFAULT_ACCOUNT, ms("10:00")) is None


@pytest.mark.parametrize(("message", "model"), OTHERS)
@pytest.mark.parametrize("is_alone", [False, True])
def test_responses_of_other_providers_move_no_window(
    writer: Writer, message: str, model: str, *, is_alone: bool
) -> None:
    save_records(writer, make_record("09:00", message=message, model=model))
    save_records(writer, make_record("12:50"))
    if not is_alone:
        save_records(writer, make_record("09:01"), account="work")

    for _ in range(2):
        found = windows.list_windows(writer, DEFAULT_ACCOUNT, ms("13:00"))
        assert [f"{w.start:%H:%M}" for w in found] == ["12:50"]
        windows.persist_closed(writer, DEFAULT_ACCOUNT, ms("13:00"))


@given(
    st.sampled_from(["", "msg_1", "msg_bdrk_1", "msg_vrtx_1", "MSG_1", "x"]),
    st.sampled_from(
        ["claude-a", "claude-a@1", "glm", "us.claude-", "Claude-"]
    ),
)
def test_statements_count_the_same_responses_as_the_rule(
    message_id: str, model: str
) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        (counts,) = connection.execute(
            f"WITH message(message_id) AS (VALUES (?)), model(name) AS"  # noqa: S608
            f" (VALUES (?)) SELECT {COUNTS_FOR_WINDOWS} FROM message, model",
            (message_id, model),
        ).fetchone()

    assert bool(counts) is counts_for_windows(message_id, model)


def test_a_window_starts_with_its_first_request(writer: Writer) -> None:
    slow = make_record("09:09")._replace(requested_ms=ms("09:04"))
    fast = make_record("09:07")._replace(requested_ms=ms("09:06"))
    save_records(writer, slow, fast)

    (window,) = windows.list_windows(writer, DEFAULT_ACCOUNT, ms("10:00"))

    assert (window.start, window.end) == (at("09:04"), at("14:04"))


def test_a_response_belongs_to_the_window_of_its_request(
    writer: Writer,
) -> None:
    save_records(writer, make_record("09:00"))
    late = make_record("14:01")._replace(requested_ms=ms("13:59"))
    save_records(writer, late, make_record("15:00"))

    found = windows.list_windows(writer, DEFAULT_ACCOUNT, ms("16:00"))

    assert [f"{w.start:%H:%M}" for w in found] == ["09:00", "15:00"]


def test_usage_that_opens_no_window_is_searched_once(writer: Writer) -> None:
    save_records(
        writer,
        *(
            make_record(f"0{hour}:30", message=f"x{hour}", model="glm-4.6")
            for hour in range(9)
        ),
    )
    windows.persist_closed(writer, DEFAULT_ACCOUNT, ms("22:00"))
    (searched_ms,) = writer.execute(
        "SELECT no_window_ms FROM profile"
    ).fetchone()
    save_records(writer, make_record("07:15"))

    (window,) = windows.list_windows(writer, DEFAULT_ACCOUNT, ms("22:30"))

    assert searched_ms == ms("22:00")
    assert window.start == at("07:15")


def test_a_late_record_reopens_the_window_at_its_start(writer: Writer) -> None:
    save_records(writer, make_record("09:00"))
    windows.persist_closed(writer, DEFAULT_ACCOUNT, ms("09:00", day=3))

    save_records(writer, make_record("09:20"))

    (window,) = windows.list_windows(writer, DEFAULT_ACCOUNT, ms("09:30"))
    assert (window.start, window.totals.messages) == (at("09:00"), 2)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 7 * 24 * 60 - 1), max_size=25),
    st.lists(st.integers(0, 7 * 24 * 60), max_size=4),
)
def test_records_in_any_order_give_the_same_windows(
    minutes: list[int], persisted_at: list[int]
) -> None:
    """Late records fall into windows that were stored long before."""

    def save(writer: Writer, number: int) -> None:
        day, minute = divmod(minutes[number], 24 * 60)
        clock = f"{minute // 60:02}:{minute % 60:02}"
        record = make_record(clock, day=1 + day, message=f"msg_{number}")
        save_records(writer, record)

    now_ms = ms("23:00", 20)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_writer(Path(folder) / "one.db")) as one,
        closing(open_writer(Path(folder) / "other.db")) as other,
    ):
        for number in range(len(minutes)):
            save(one, number)
            windows.persist_closed(one, DEFAULT_ACCOUNT, now_ms)
            for minute in persisted_at:
                at_ms = ms("00:00") + minute * 60_000
                windows.persist_closed(one, DEFAULT_ACCOUNT, at_ms)
        for number in sorted(range(len(minutes)), key=minutes.__getitem__):
            save(other, number)

        assert windows.list_windows(
            one, DEFAULT_ACCOUNT, now_ms
        ) == windows.list_windows(other, DEFAULT_ACCOUNT, now_ms)


def test_the_previous_window_is_the_last_stored_one_before(
    writer: Writer,
) -> None:
    save_records(writer, make_record("01:00"), make_record("09:00"))
    save_records(writer, make_record("08:00"), account="work")
    windows.persist_closed(writer, DEFAULT_ACCOUNT, ms("23:00"))

    previous = windows.find_previous(writer, "", ms("09:00"))

    assert previous is not None
    assert previous.start == at("01:00")
    assert windows.find_previous(writer, "", ms("01:00")) is None
