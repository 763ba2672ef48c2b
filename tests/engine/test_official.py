from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.domain.account import Account
from claude_tray.domain.window import Rule, Source
from claude_tray.engine.choices import Folder
from claude_tray.engine.official import absorb, absorb_fetched
from claude_tray.store.connection import Writer, open_writer
from claude_tray.store.profiles import state_of
from claude_tray.transcripts import spool
from tests.support.builders import a_record, at, ms
from tests.support.keeping import keep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from claude_tray.domain.snapshot import ProfileState

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

    def absorbed(self, writer: Writer, clock: str, *more: Path) -> bool:
        folders = [Folder(path) for path in (self.claude, *more)]
        return absorb(writer, folders, self.waiting, ms(clock))


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


def test_percentages_of_other_folders_are_not_mixed_in(
    tmp_path: Path,
    writer: Writer,
    statusline: Statusline,
) -> None:
    statusline.tell("10:00", five_hour=(38, "14:00", 1))
    assert not statusline.absorbed(writer, "10:01", tmp_path / "other")
    statusline.tell("10:00", five_hour=(38, "14:00", 1))
    statusline.claude = tmp_path / "elsewhere"
    assert not statusline.absorbed(writer, "10:01")

    assert list(statusline.waiting.iterdir()) == []


def test_without_samples_nothing_happens(
    writer: Writer,
    statusline: Statusline,
) -> None:
    assert not statusline.absorbed(writer, "10:00")


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
    ours, other = Folder(tmp_path), Folder(tmp_path / "other")

    assert not absorb_fetched(writer, [ours, other], ms("10:01"))
    assert not absorb_fetched(writer, [other], ms("10:01"))
    assert absorb_fetched(writer, [ours], ms("10:01"))

    used = _state(writer, "10:01").used
    assert used is not None
    assert (used.percent, used.as_of) == (34, at("10:00"))


def test_a_torn_file_tells_nothing(tmp_path: Path, writer: Writer) -> None:
    (tmp_path / ".claude.json").write_text('{"oauthAcc')

    assert not absorb_fetched(writer, [Folder(tmp_path)], ms("10:01"))
