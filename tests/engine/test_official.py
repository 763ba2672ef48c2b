from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.domain.account import Account
from claude_tray.domain.window import Rule, Source
from claude_tray.engine.accounts import offered
from claude_tray.engine.choices import Choices, Folder
from claude_tray.engine.official import (
    BEHIND,
    HEARD,
    absorb,
    absorb_fetched,
)
from claude_tray.store import identity, told_sessions
from claude_tray.store.connection import Writer, open_writer
from claude_tray.store.profiles import state_of
from claude_tray.transcripts import spool
from tests.support.builders import PRICES, a_record, at, ms
from tests.support.keeping import keep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from claude_tray.domain.snapshot import ProfileState

_RESET = int(at("14:00").timestamp())
ME = Account("", "default", "", None)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield writer


class Statusline:
    """Leaves samples as the statusline does."""

    def __init__(self, folder: Path) -> None:
        self.claude = folder / "claude"
        self.claude.mkdir()
        self.waiting = folder / "statusline"

    def tell(self, clock: str, **limits: tuple[float, str, int]) -> None:
        payload: dict[str, Any] = {
            "transcript_path": f"{self.claude}/projects/p/s1.jsonl",
            "rate_limits": {
                name: {
                    "used_percentage": percent,
                    "resets_at": ms(resets, day) // 1000,
                }
                for name, (percent, resets, day) in limits.items()
            },
        }
        spool.put(self.waiting, payload, ms(clock) * 1_000_000)

    def absorbed(self, writer: Writer, clock: str, *more: Folder) -> bool:
        folders = (Folder(self.claude), *more)
        choices = Choices(folders, PRICES, waiting=self.waiting)
        return absorb(writer, choices, ms(clock))


@pytest.fixture
def statusline(tmp_path: Path) -> Statusline:
    return Statusline(tmp_path)


def _state(
    writer: Writer, clock: str, rule: Rule | None = None
) -> ProfileState:
    return state_of(writer, ME._replace(rule=rule), at(clock))


def test_what_was_told_is_official_and_dropped_once_kept(
    writer: Writer,
    statusline: Statusline,
) -> None:
    keep(writer, a_record("09:07"))
    statusline.tell(
        "10:00",
        five_hour=(38.5, "14:00", 1),
        seven_day=(21, "09:00", 5),
    )

    assert statusline.absorbed(writer, "10:01")
    assert list(statusline.waiting.iterdir()) == []
    state = _state(writer, "10:01", Rule.EXACT)

    assert state.used is not None
    assert (state.used.percent, state.used.resets_at) == (38.5, at("14:00"))
    assert [(u.name, u.percent) for u in state.weekly] == [("seven_day", 21)]
    assert state.window is not None
    assert (state.window.start, state.window.source) == (
        at("09:00"),
        Source.OFFICIAL,
    )
    assert state.pace is not None
    assert state.pace.percent_at_reset == 38.5


def test_in_one_window_the_most_that_was_told_holds(
    writer: Writer,
    statusline: Statusline,
) -> None:
    for clock, percent in (("10:00", 40.0), ("10:05", 38.0), ("10:09", 44.0)):
        statusline.tell(clock, five_hour=(percent, "14:00", 1))
        statusline.absorbed(writer, "10:10")
    statusline.tell("10:12", five_hour=(12.0, "14:00", 1))
    statusline.absorbed(writer, "10:13")

    used = _state(writer, "10:15").used

    assert used is not None
    assert used.percent == 44


def test_what_has_been_reset_is_gone(
    writer: Writer,
    statusline: Statusline,
) -> None:
    statusline.tell("10:00", five_hour=(38, "14:00", 1))
    statusline.absorbed(writer, "10:01")
    statusline.tell("14:01", five_hour=(38, "14:00", 1))

    assert not statusline.absorbed(writer, "14:02")
    assert _state(writer, "14:02").used is None


def test_percentages_of_two_accounts_are_not_mixed(
    tmp_path: Path,
    writer: Writer,
    statusline: Statusline,
) -> None:
    work = Folder(tmp_path / "work", "w-1", "work")
    statusline.tell("10:00", five_hour=(38, "14:00", 1))
    home, statusline.claude = statusline.claude, work.path
    statusline.tell("10:00:01", five_hour=(90, "13:00", 1))
    statusline.claude = home

    assert statusline.absorbed(writer, "10:01", work)

    mine = _state(writer, "10:01").used
    theirs = state_of(writer, ME._replace(key="w-1"), at("10:01")).used
    assert mine is not None
    assert theirs is not None
    assert (mine.percent, theirs.percent) == (38, 90)


def test_a_folder_that_nobody_follows_is_remembered_and_not_taken(
    tmp_path: Path,
    writer: Writer,
    statusline: Statusline,
) -> None:
    followed = Folder(statusline.claude)
    statusline.claude = tmp_path / "elsewhere"
    statusline.tell("10:00", five_hour=(38, "14:00", 1))
    statusline.claude = followed.path

    assert not statusline.absorbed(writer, "10:01")

    choices = Choices((followed,), PRICES)
    assert _state(writer, "10:01").used is None
    assert list(statusline.waiting.iterdir()) == []
    assert offered(writer, choices, ms("10:01")) == [
        str(tmp_path / "elsewhere"),
    ]
    taken = choices._replace(folders=(Folder(tmp_path / "elsewhere"),))
    assert offered(writer, taken, ms("10:01")) == []


def test_a_sample_without_a_folder_is_the_one_accounts(
    tmp_path: Path,
    writer: Writer,
    statusline: Statusline,
) -> None:
    limits = {"five_hour": {"used_percentage": 38, "resets_at": _RESET}}
    payload = {"rate_limits": limits}
    spool.put(statusline.waiting, payload, ms("10:00") * 1_000_000)
    assert not statusline.absorbed(
        writer, "10:01", Folder(tmp_path / "work", "w-1", "work")
    )
    spool.put(statusline.waiting, payload, ms("10:00") * 1_000_000)
    assert statusline.absorbed(writer, "10:01", Folder(tmp_path / "again"))


def test_without_samples_nothing_happens(
    writer: Writer,
    statusline: Statusline,
) -> None:
    nowhere = Choices((Folder(statusline.claude),), PRICES)

    assert not statusline.absorbed(writer, "10:00")
    assert not absorb(writer, nowhere, ms("10:00"))


def test_sessions_are_kept_as_they_were_told_last(
    writer: Writer,
    statusline: Statusline,
) -> None:
    for clock, cost in (("10:05", 2.5), ("10:00", 1.5)):
        payload = {
            "session_id": "s-1",
            "cwd": "/home/ada/notes",
            "model": {"id": "claude-fictive-1", "display_name": "Fictive"},
            "cost": {"total_cost_usd": cost},
            "context_window": {"used_percentage": 8},
        }
        spool.put(statusline.waiting, payload, ms(clock) * 1_000_000)
        keep(writer, a_record("09:07"))
        statusline.absorbed(writer, "10:06")

    assert told_sessions.count(writer) == 1
    assert told_sessions.last(writer) == [
        ("s-1", ms("10:05"), "Fictive", "/home/ada/notes", 2.5, 8),
    ]
    assert identity.get(writer, HEARD) == "2"


def test_what_was_told_before_a_reset_and_heard_after_it_still_teaches(
    writer: Writer,
    statusline: Statusline,
) -> None:
    keep(writer, a_record("09:07"), a_record("16:44"))
    statusline.tell("10:00", five_hour=(38, "14:00", 1))

    assert not statusline.absorbed(writer, "16:50")

    state = _state(writer, "16:50")
    assert state.used is None
    assert state.window is not None
    assert state.window.start == at("16:40")
    assert state.learnt == (Rule.TEN_MINUTES, 1, timedelta())


def test_a_clock_that_is_behind_is_remembered(
    writer: Writer,
    statusline: Statusline,
) -> None:
    statusline.tell("10:00", five_hour=(38, "17:00", 1))

    assert not statusline.absorbed(writer, "10:00")

    behind = 2 * 3_600_000
    assert identity.get(writer, BEHIND) == f"{behind} {ms('10:00')}"


def test_a_window_that_was_only_told_of_is_shown(
    writer: Writer,
    statusline: Statusline,
) -> None:
    statusline.tell("10:00", five_hour=(38, "14:00", 1))
    statusline.absorbed(writer, "10:01")

    state = _state(writer, "10:01")

    assert state.window is not None
    assert (state.window.end, state.window.source) == (
        at("14:00"),
        Source.OFFICIAL,
    )
    assert state.window.totals.messages == 0
    assert state.started_elsewhere_at == at("09:00")


def test_a_window_after_an_early_reset_is_the_one_that_holds(
    writer: Writer,
    statusline: Statusline,
) -> None:
    keep(writer, a_record("09:00"), a_record("11:35"))
    statusline.tell("11:00", five_hour=(90, "14:00", 1))
    statusline.absorbed(writer, "11:01")
    statusline.tell("11:36", five_hour=(2, "16:30", 1))
    statusline.tell("11:37", five_hour=(90, "14:00", 1))
    statusline.absorbed(writer, "11:40")

    state = _state(writer, "11:40")

    assert state.window is not None
    assert state.used is not None
    assert (state.window.start, state.window.end) == (at("11:30"), at("16:30"))
    assert (state.used.percent, state.window.totals.messages) == (2, 1)


def test_what_claude_code_fetched_last_is_official_too(
    tmp_path: Path,
    writer: Writer,
) -> None:
    cached = {
        "accountUuid": "a-1",
        "fetchedAtMs": ms("10:00"),
        "utilization": {
            "five_hour": {
                "utilization": 34.0,
                "resets_at": "2026-03-01T14:00:00.4+00:00",
            },
        },
    }
    file = {
        "oauthAccount": {"accountUuid": "a-1"},
        "cachedUsageUtilization": cached,
    }
    (tmp_path / ".claude.json").write_text(json.dumps(file))
    ours, other = Folder(tmp_path), Folder(tmp_path / "other", "b-1")

    assert not absorb_fetched(writer, Choices((other,), PRICES), ms("10:01"))
    both = Choices((ours, other), PRICES)
    assert absorb_fetched(writer, both, ms("10:01"))

    used = _state(writer, "10:01").used
    assert used is not None
    assert (used.percent, used.as_of) == (34, at("10:00"))


def test_a_torn_file_tells_nothing(tmp_path: Path, writer: Writer) -> None:
    (tmp_path / ".claude.json").write_text('{"oauthAcc')

    assert not absorb_fetched(
        writer, Choices((Folder(tmp_path),), PRICES), ms("10:01")
    )
