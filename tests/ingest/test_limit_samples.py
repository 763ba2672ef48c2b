from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.accounts import Account, StatuslineSession
from claude_tray.core.usage import SessionId
from claude_tray.core.windows import ValueSource, WindowRule
from claude_tray.ingest.config import EngineConfig, unfollowed_folders
from claude_tray.ingest.limit_samples import (
    CLOCK_BEHIND_KEY,
    SAMPLE_COUNT_KEY,
    count_ignored_values,
    ingest_cached_limits,
    ingest_statusline_samples,
)
from claude_tray.providers.claude_code.statusline.handler import write_sample
from claude_tray.providers.registry import AccountFolder
from claude_tray.store import metadata
from claude_tray.store.claude_reports import (
    count_statusline_sessions,
    list_recent_statusline_sessions,
)
from claude_tray.store.connection import Writer, open_writer
from claude_tray.store.limit_curves import load_curve
from claude_tray.store.session_owners import save_owners
from claude_tray.store.snapshot import build_account_state
from tests.support.builders import PRICES, at, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from claude_tray.core.snapshot import AccountSnapshot


_RESET = int(at("14:00").timestamp())
DEFAULT_ACCOUNT = Account("", "default", "", None)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield writer


class FakeStatusline:
    """Writes samples as the statusline does."""

    def __init__(self, folder: Path) -> None:
        self.claude = folder / "claude"
        self.claude.mkdir()
        self.spool_dir = folder / "statusline"

    def write_sample(
        self,
        clock: str,
        session: str = "s1",
        **limits: tuple[float, str, int],
    ) -> None:
        payload: dict[str, Any] = {
            "session_id": session,
            "transcript_path": f"{self.claude}/projects/p/{session}.jsonl",
            "rate_limits": {
                name: {
                    "used_percentage": percent,
                    "resets_at": ms(resets, day) // 1000,
                }
                for name, (percent, resets, day) in limits.items()
            },
        }
        write_sample(self.spool_dir, payload, ms(clock) * 1_000_000)

    def ingest(
        self, writer: Writer, clock: str, *more_folders: AccountFolder
    ) -> bool:
        folders = (AccountFolder(self.claude), *more_folders)
        config = EngineConfig(folders, PRICES, spool_dir=self.spool_dir)
        return ingest_statusline_samples(writer, config, ms(clock))


@pytest.fixture
def statusline(tmp_path: Path) -> FakeStatusline:
    return FakeStatusline(tmp_path)


def _load_state(
    writer: Writer, clock: str, rule: WindowRule | None = None
) -> AccountSnapshot:
    return build_account_state(
        writer, DEFAULT_ACCOUNT._replace(rule=rule), at(clock)
    )


def test_samples_are_official_and_deleted_once_stored(
    writer: Writer,
    statusline: FakeStatusline,
) -> None:
    save_records(writer, make_record("09:07"))
    statusline.write_sample(
        "10:00",
        five_hour=(38.5, "14:00", 1),
        seven_day=(21, "09:00", 5),
    )

    assert statusline.ingest(writer, "10:01")
    assert list(statusline.spool_dir.iterdir()) == []
    state = _load_state(writer, "10:01", WindowRule.EXACT)

    assert state.used is not None
    assert (state.used.percent, state.used.resets_at) == (38.5, at("14:00"))
    assert [(u.name, u.percent) for u in state.weekly] == [("seven_day", 21)]
    assert state.window is not None
    assert (state.window.start, state.window.source) == (
        at("09:00"),
        ValueSource.OFFICIAL,
    )
    assert state.pace is not None
    assert state.pace.percent_at_reset == 38.5


def test_a_session_overrides_itself_but_an_idle_one_nobody(
    writer: Writer,
    statusline: FakeStatusline,
) -> None:
    def load_percent() -> float | None:
        statusline.ingest(writer, "10:15")
        used = _load_state(writer, "10:15").used
        return used.percent if used else None

    save_records(
        writer,
        make_record("09:59", session="s1"),
        make_record("09:07", session="idle"),
    )
    statusline.write_sample("10:00", five_hour=(44, "14:00", 1))
    assert load_percent() == 44
    statusline.write_sample("10:05", "idle", five_hour=(60, "14:00", 1))
    assert load_percent() == 44
    # The limits were reset.
    statusline.write_sample("10:09", five_hour=(3, "14:00", 1))
    assert load_percent() == 3
    statusline.write_sample("10:10", "idle", five_hour=(60, "14:00", 1))
    assert load_percent() == 3
    # No longer idle.
    save_records(writer, make_record("10:11", session="idle"))
    statusline.write_sample("10:12", "idle", five_hour=(5, "14:00", 1))
    assert load_percent() == 5


def test_a_reset_moves_earlier(
    writer: Writer, statusline: FakeStatusline
) -> None:
    save_records(writer, make_record("09:07"))
    statusline.write_sample("10:00", five_hour=(44, "14:00", 1))
    statusline.ingest(writer, "10:01")
    statusline.write_sample("10:02", five_hour=(90, "11:30", 1))
    statusline.ingest(writer, "10:03")

    state = _load_state(writer, "10:04")

    assert state.window is not None
    assert (state.window.end, state.window.source) == (
        at("11:30"),
        ValueSource.OFFICIAL,
    )
    # It stays so after both resets.
    save_records(writer, make_record("12:00"))
    later = _load_state(writer, "14:30")
    assert later.window is not None
    assert later.window.start == at("12:00")


def test_an_idle_session_does_not_bring_a_revoked_reset_back(
    writer: Writer, statusline: FakeStatusline
) -> None:
    save_records(
        writer,
        make_record("09:07", session="idle"),
        make_record("10:01", session="s1"),
    )
    statusline.write_sample("10:02", five_hour=(90, "11:30", 1))
    statusline.ingest(writer, "10:03")
    statusline.write_sample("10:04", "idle", five_hour=(44, "14:00", 1))
    statusline.ingest(writer, "10:05")

    state = _load_state(writer, "10:05")
    assert state.window is not None
    assert state.window.end == at("11:30")
    # The window after it begins with its own first response.
    save_records(writer, make_record("12:00", session="s1"))
    later = _load_state(writer, "12:30")
    assert later.window is not None
    assert later.window.start == at("12:00")


def test_an_earlier_report_that_arrives_late_changes_nothing(
    writer: Writer, statusline: FakeStatusline
) -> None:
    statusline.write_sample("10:05", five_hour=(44, "14:00", 1))
    statusline.ingest(writer, "10:06")
    statusline.write_sample("10:00", five_hour=(40, "14:00", 1))
    statusline.ingest(writer, "10:07")

    used = _load_state(writer, "10:07").used
    assert used is not None
    assert (used.percent, used.as_of) == (44, at("10:05"))


def test_reports_from_before_the_clock_was_set_back_are_replaced(
    writer: Writer, statusline: FakeStatusline
) -> None:
    statusline.write_sample("13:00", five_hour=(44, "14:00", 1))
    assert statusline.ingest(writer, "13:00")
    # Two hours earlier by the corrected clock.
    statusline.write_sample("11:05", five_hour=(45, "14:00", 1))
    assert statusline.ingest(writer, "11:06")

    used = _load_state(writer, "11:06").used
    assert used is not None
    assert (used.percent, used.as_of) == (45, at("11:05"))


def test_a_report_from_the_future_is_not_stored(
    writer: Writer, statusline: FakeStatusline
) -> None:
    statusline.write_sample("13:00", five_hour=(44, "14:00", 1))

    assert not statusline.ingest(writer, "11:00")

    assert _load_state(writer, "13:00").used is None


def test_values_that_cannot_be_read_are_counted(
    tmp_path: Path, writer: Writer, statusline: FakeStatusline
) -> None:
    assert count_ignored_values(writer) == (0, 0)
    payload = {
        "session_id": "s1",
        "transcript_path": f"{statusline.claude}/projects/p/s1.jsonl",
        "rate_limits": {
            "five_hour": {"used_percentage": 38, "resets_at": _RESET},
            "seven_day": {"used_percentage": "many", "resets_at": _RESET},
        },
    }
    for clock in ("10:00", "10:01"):
        write_sample(statusline.spool_dir, payload, ms(clock) * 1_000_000)
    statusline.ingest(writer, "10:02")
    assert count_ignored_values(writer) == (2, 0)

    cached = {"fetchedAtMs": ms("10:00"), "utilization": "many"}
    file = tmp_path / ".claude.json"
    config = EngineConfig((AccountFolder(tmp_path),), PRICES)
    for limits, ignored in ((cached, 1), (cached, 1), (None, 0)):
        file.write_text(json.dumps({"cachedUsageUtilization": limits}))
        ingest_cached_limits(writer, config, ms("10:02"))
        # The caches as they are now.
        assert count_ignored_values(writer) == (2, ignored)


def test_an_account_may_have_no_5_hour_limit(
    writer: Writer, statusline: FakeStatusline
) -> None:
    save_records(
        writer,
        make_record("09:07", session="s1"),
        make_record("09:59", session="s1"),
    )
    statusline.write_sample("10:00", seven_day=(41, "09:00", 5))
    assert statusline.ingest(writer, "10:01")

    state = _load_state(writer, "10:01")
    assert (state.has_window, state.window, state.pace) == (False, None, None)
    assert [usage.name for usage in state.limits] == ["seven_day"]

    statusline.write_sample(
        "10:05", five_hour=(1, "14:00", 1), seven_day=(41, "09:00", 5)
    )
    statusline.ingest(writer, "10:06")
    state = _load_state(writer, "10:06")
    assert state.has_window
    assert state.window is not None
    assert state.window.end == at("14:00")

    # The plan changes while the window is open.
    statusline.write_sample("10:10", seven_day=(42, "09:00", 5))
    assert statusline.ingest(writer, "10:11")
    state = _load_state(writer, "10:11")
    assert (state.has_window, state.window) == (False, None)


def test_a_window_that_has_ended_is_left_out(
    writer: Writer, statusline: FakeStatusline
) -> None:
    save_records(writer, make_record("09:07", session="s1"))
    week = (41.0, "09:00", 5)
    statusline.write_sample(
        "10:00", five_hour=(38, "14:00", 1), seven_day=week
    )
    statusline.ingest(writer, "10:01")
    statusline.write_sample("14:01", seven_day=week)
    statusline.ingest(writer, "14:02")

    assert _load_state(writer, "14:02").has_window


def test_other_limits_end_when_their_source_no_longer_names_them(
    writer: Writer, statusline: FakeStatusline
) -> None:
    def list_names() -> list[str]:
        statusline.ingest(writer, "10:05")
        return [usage.name for usage in _load_state(writer, "10:05").limits]

    five_hour, monthly = (38.0, "14:00", 1), (77.0, "09:00", 9)
    statusline.write_sample("10:00", five_hour=five_hour, monthly=monthly)
    assert list_names() == ["five_hour", "monthly"]
    statusline.write_sample("10:01", five_hour=five_hour)
    assert list_names() == ["five_hour"]


def test_limits_that_were_reset_are_not_returned(
    writer: Writer,
    statusline: FakeStatusline,
) -> None:
    statusline.write_sample("10:00", five_hour=(38, "14:00", 1))
    statusline.ingest(writer, "10:01")
    statusline.write_sample("14:01", five_hour=(38, "14:00", 1))

    assert not statusline.ingest(writer, "14:02")
    assert _load_state(writer, "14:02").used is None


def test_percentages_of_two_accounts_are_not_mixed(
    tmp_path: Path,
    writer: Writer,
    statusline: FakeStatusline,
) -> None:
    work = AccountFolder(tmp_path / "work", "w-1", "work")
    statusline.write_sample("10:00", five_hour=(38, "14:00", 1))
    home, statusline.claude = statusline.claude, work.path
    statusline.write_sample("10:00:01", five_hour=(90, "13:00", 1))
    statusline.claude = home

    assert statusline.ingest(writer, "10:01", work)

    mine = _load_state(writer, "10:01").used
    theirs = build_account_state(
        writer, DEFAULT_ACCOUNT._replace(key="w-1"), at("10:01")
    ).used
    assert mine is not None
    assert theirs is not None
    assert (mine.percent, theirs.percent) == (38, 90)


def test_samples_of_an_unfollowed_folder_are_not_stored(
    tmp_path: Path,
    writer: Writer,
    statusline: FakeStatusline,
) -> None:
    followed = AccountFolder(statusline.claude)
    statusline.claude = tmp_path / "elsewhere"
    statusline.write_sample("10:00", five_hour=(38, "14:00", 1))
    statusline.claude = followed.path

    assert not statusline.ingest(writer, "10:01")

    config = EngineConfig((followed,), PRICES)
    assert _load_state(writer, "10:01").used is None
    assert list(statusline.spool_dir.iterdir()) == []
    assert unfollowed_folders(writer, config, ms("10:01")) == [
        str(tmp_path / "elsewhere"),
    ]
    moved_config = config._replace(
        folders=(AccountFolder(tmp_path / "elsewhere"),)
    )
    assert unfollowed_folders(writer, moved_config, ms("10:01")) == []


def test_a_sample_without_a_folder_belongs_to_the_only_account(
    tmp_path: Path,
    writer: Writer,
    statusline: FakeStatusline,
) -> None:
    limits = {"five_hour": {"used_percentage": 38, "resets_at": _RESET}}
    payload = {"rate_limits": limits}
    write_sample(statusline.spool_dir, payload, ms("10:00") * 1_000_000)
    assert not statusline.ingest(
        writer, "10:01", AccountFolder(tmp_path / "work", "w-1", "work")
    )
    write_sample(statusline.spool_dir, payload, ms("10:00") * 1_000_000)
    assert statusline.ingest(
        writer, "10:01", AccountFolder(tmp_path / "again")
    )


def test_without_samples_nothing_happens(
    writer: Writer,
    statusline: FakeStatusline,
) -> None:
    nowhere = EngineConfig((AccountFolder(statusline.claude),), PRICES)

    assert not statusline.ingest(writer, "10:00")
    assert not ingest_statusline_samples(writer, nowhere, ms("10:00"))


def test_the_last_report_of_a_session_is_kept(
    writer: Writer,
    statusline: FakeStatusline,
) -> None:
    for clock, cost in (("10:05", 2.5), ("10:00", 1.5)):
        payload = {
            "session_id": "s-1",
            "cwd": "/home/ada/notes",
            "model": {"id": "claude-fictive-1", "display_name": "Fictive"},
            "cost": {"total_cost_usd": cost},
            "context_window": {"used_percentage": 8},
        }
        write_sample(statusline.spool_dir, payload, ms(clock) * 1_000_000)
        save_records(writer, make_record("09:07"))
        statusline.ingest(writer, "10:06")

    assert count_statusline_sessions(writer) == 1
    assert list_recent_statusline_sessions(writer) == [
        StatuslineSession(
            "s-1", ms("10:05"), "Fictive", "/home/ada/notes", 2.5, 8
        ),
    ]
    assert metadata.get_value(writer, SAMPLE_COUNT_KEY) == "2"


def test_a_report_received_after_its_reset_still_counts_for_the_rule(
    writer: Writer,
    statusline: FakeStatusline,
) -> None:
    save_records(writer, make_record("09:07"), make_record("16:44"))
    statusline.write_sample("10:00", five_hour=(38, "14:00", 1))

    assert not statusline.ingest(writer, "16:50")

    state = _load_state(writer, "16:50")
    assert state.used is None
    assert state.window is not None
    assert state.window.start == at("16:40")
    assert state.inferred_rule == (WindowRule.TEN_MINUTES, 1, timedelta())


def test_a_slow_clock_is_recorded(
    writer: Writer,
    statusline: FakeStatusline,
) -> None:
    statusline.write_sample("10:00", five_hour=(38, "17:00", 1))

    assert not statusline.ingest(writer, "10:00")

    behind = 2 * 3_600_000
    assert (
        metadata.get_value(writer, CLOCK_BEHIND_KEY)
        == f"{behind} {ms('10:00')}"
    )


def test_a_window_known_only_from_a_report_is_shown(
    writer: Writer,
    statusline: FakeStatusline,
) -> None:
    statusline.write_sample("10:00", five_hour=(38, "14:00", 1))
    statusline.ingest(writer, "10:01")

    state = _load_state(writer, "10:01")

    assert state.window is not None
    assert (state.window.end, state.window.source) == (
        at("14:00"),
        ValueSource.OFFICIAL,
    )
    assert state.window.totals.messages == 0
    assert state.remote_start_at == at("09:00")


def test_a_window_after_an_early_reset_is_the_one_that_holds(
    writer: Writer,
    statusline: FakeStatusline,
) -> None:
    save_records(
        writer,
        make_record("09:00", session="idle"),
        make_record("11:35", session="s1"),
    )
    statusline.write_sample("11:00", "idle", five_hour=(90, "14:00", 1))
    statusline.ingest(writer, "11:01")
    statusline.write_sample("11:36", five_hour=(2, "16:30", 1))
    statusline.write_sample("11:37", "idle", five_hour=(90, "14:00", 1))
    statusline.ingest(writer, "11:40")

    state = _load_state(writer, "11:40")

    assert state.window is not None
    assert state.used is not None
    assert (state.window.start, state.window.end) == (at("11:30"), at("16:30"))
    assert (state.used.percent, state.window.totals.messages) == (2, 1)


def test_cached_limits_are_official(
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
    ours, other = (
        AccountFolder(tmp_path),
        AccountFolder(tmp_path / "other", "b-1"),
    )

    assert not ingest_cached_limits(
        writer, EngineConfig((other,), PRICES), ms("10:01")
    )
    both = EngineConfig((ours, other), PRICES)
    assert ingest_cached_limits(writer, both, ms("10:01"))

    used = _load_state(writer, "10:01").used
    assert used is not None
    assert (used.percent, used.as_of) == (34, at("10:00"))


def test_an_incomplete_sample_is_invalid(
    tmp_path: Path, writer: Writer
) -> None:
    (tmp_path / ".claude.json").write_text('{"oauthAcc')

    assert not ingest_cached_limits(
        writer, EngineConfig((AccountFolder(tmp_path),), PRICES), ms("10:01")
    )


def test_claude_desktop_keeps_a_history(
    tmp_path: Path, writer: Writer
) -> None:
    desktop = tmp_path / ".config/Claude"
    desktop.mkdir(parents=True)
    folder = tmp_path / ".claude"
    folder.mkdir()
    oauth = {"accountUuid": "", "organizationUuid": "o"}
    (folder / ".claude.json").write_text(json.dumps({"oauthAccount": oauth}))
    config = EngineConfig((AccountFolder(folder),), PRICES)
    entries: list[dict[str, Any]] = []

    def add(clock: str, **usage: float) -> bool:
        entries.append({"t": ms(clock), "org": "o", "u": usage})
        path = desktop / "plan-usage-history.json"
        path.write_text(json.dumps({"version": 2, "samples": entries}))
        return ingest_cached_limits(writer, config, ms("10:10"))

    save_records(writer, make_record("09:07"))
    assert add("09:30", fh=10, sd=40)
    assert add("09:45", fh=20, sd=41)
    assert not ingest_cached_limits(writer, config, ms("10:10"))

    state = _load_state(writer, "10:10", WindowRule.EXACT)
    assert state.used is not None
    assert (state.used.percent, state.used.as_of) == (20, at("09:45"))
    assert state.used.source == "desktop"
    assert [(u.name, u.percent) for u in state.weekly] == [("seven_day", 41)]
    assert state.has_window
    assert load_curve(writer, "", ms("09:00"), ms("10:00")) == [
        (ms("09:30"), 10),
        (ms("09:45"), 20),
    ]
    # A percentage without the 5-hour limit says nothing about it.
    assert add("09:50", sd=42)
    assert _load_state(writer, "10:10").has_window


def test_a_history_continues_after_the_clock_was_set_back(
    tmp_path: Path, writer: Writer
) -> None:
    desktop = tmp_path / ".config/Claude"
    desktop.mkdir(parents=True)
    folder = tmp_path / ".claude"
    folder.mkdir()
    oauth = {"accountUuid": "", "organizationUuid": "o"}
    (folder / ".claude.json").write_text(json.dumps({"oauthAccount": oauth}))
    config = EngineConfig((AccountFolder(folder),), PRICES)

    def ingest(now: str, *points: tuple[str, float]) -> bool:
        entries = [
            {"t": ms(clock), "org": "o", "u": {"fh": percent}}
            for clock, percent in points
        ]
        path = desktop / "plan-usage-history.json"
        path.write_text(json.dumps({"version": 2, "samples": entries}))
        return ingest_cached_limits(writer, config, ms(now))

    # Only times to come: nothing is known yet.
    assert not ingest("09:00", ("12:00", 30))
    assert load_curve(writer, "", ms("00:00"), ms("23:00")) == []
    assert ingest("12:10", ("12:00", 30))
    # Two hours earlier by the corrected clock.
    assert ingest("10:10", ("10:05", 31), ("12:00", 30))

    assert load_curve(writer, "", ms("10:00"), ms("11:00")) == [
        (ms("10:05"), 31)
    ]
    assert not ingest("10:10", ("10:05", 31), ("12:00", 30))


def test_reports_become_a_curve(
    writer: Writer, statusline: FakeStatusline
) -> None:
    save_records(writer, make_record("09:07", session="idle"))
    for clock, session, percent in (
        ("10:00", "s1", 10),
        ("10:05", "s1", 20),
        ("10:06", "idle", 99),
        ("10:20", "s1", 5),
    ):
        statusline.write_sample(
            clock, session, five_hour=(percent, "14:00", 1)
        )
    statusline.ingest(writer, "10:30")

    assert load_curve(writer, "", ms("09:00"), ms("14:00")) == [
        (ms("10:00"), 10),
        (ms("10:05"), 20),
        (ms("10:20"), 5),
    ]


def test_an_idle_session_alone_says_nothing_about_a_missing_limit(
    writer: Writer, statusline: FakeStatusline
) -> None:
    save_records(writer, make_record("03:00", session="s1"))
    statusline.write_sample("10:00", seven_day=(41, "09:00", 5))
    assert statusline.ingest(writer, "10:01")

    assert _load_state(writer, "10:01").has_window


def test_a_sample_belongs_to_the_account_that_its_session_names(
    writer: Writer, statusline: FakeStatusline
) -> None:
    """Two accounts sign in to one folder, one after the other."""
    save_owners(writer, {SessionId("first"): "a-1"})
    for clock, session, percent in (
        ("10:00", "s1", 30),
        ("10:00:30", "first", 90),
    ):
        statusline.write_sample(
            clock, session, five_hour=(percent, "14:00", 1)
        )
    statusline.ingest(writer, "10:01")

    for account, percent in (("", 30), ("a-1", 90)):
        state = build_account_state(
            writer, DEFAULT_ACCOUNT._replace(key=account), at("10:01")
        )
        assert state.used is not None
        assert state.used.percent == percent
