from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from claude_tray.core.snapshot import SyncPhase, SyncState
from claude_tray.i18n.translator import ENGLISH
from claude_tray.store.connection import open_writer
from claude_tray.ui.popup.compose import load_view
from claude_tray.ui.popup.data import (
    ALL_ACCOUNTS,
    DAY_COUNT,
    StoreSource,
    load_daily_totals,
)
from claude_tray.ui.toolkit.messages import ShowCommand, TransientState
from tests.support.builders import at, make_record
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.store.connection import Writer


NOW = at("10:00", day=20)


@pytest.fixture
def show_command(tmp_path: Path) -> ShowCommand:
    return ShowCommand(
        "popup",
        str(tmp_path / "usage.db"),
        str(tmp_path / "settings.toml"),
        str(tmp_path),
        ((str(tmp_path / "claude"), "default"),),
    )


def _open_store(show_command: ShowCommand, tmp_path: Path) -> Writer:
    assert show_command.store == str(tmp_path / "usage.db")
    return open_writer(tmp_path / "usage.db")


def test_the_window_is_loaded_with_its_breakdown(
    show_command: ShowCommand,
    tmp_path: Path,
) -> None:
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(
            writer,
            make_record("09:00", day=20),
            make_record(
                "09:30", day=20, project="/home/ada/shop", session="b"
            ),
            make_record("08:00", day=19, session="c"),
        )
    with closing(StoreSource(show_command, UTC)) as source:
        data = source.load_data("", NOW)

    made_of = data.breakdown
    assert made_of.window is not None
    assert made_of.window.totals.messages == 2
    assert [path for path, _ in made_of.projects] == [
        "/home/ada/notes",
        "/home/ada/shop",
    ]
    assert len(made_of.buckets) == 2
    assert sum(kind.tokens for kind in made_of.cost_breakdown.parts) == 30
    assert len(data.daily_totals) == 30
    assert [totals.messages for _, totals in data.daily_totals][-2:] == [1, 2]


def test_a_change_by_another_process_is_detected_once(
    show_command: ShowCommand,
    tmp_path: Path,
) -> None:
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(writer, make_record("09:00", day=20))
        with closing(StoreSource(show_command, UTC)) as source:
            changes = [source.has_changed(), source.has_changed()]
            before = source.load_data("", NOW).snapshot.today.messages
            save_records(writer, make_record("09:01", day=20))
            changes += [source.has_changed(), source.has_changed()]
            after = source.load_data("", NOW).snapshot.today.messages

    assert changes == [True, False, True, False]
    assert (before, after) == (1, 2)


def test_a_missing_store_is_empty_and_no_problem(
    show_command: ShowCommand,
) -> None:
    with closing(StoreSource(show_command, UTC)) as source:
        assert not source.has_changed()
        data = source.load_data("", NOW)

    assert data.snapshot.problem == ""
    assert data.snapshot.accounts == ()
    assert data.breakdown.window is None


def test_an_unreadable_store_becomes_the_problem(
    show_command: ShowCommand,
    tmp_path: Path,
) -> None:
    (tmp_path / "usage.db").write_bytes(b"no database" * 1000)

    with closing(StoreSource(show_command, UTC)) as source:
        assert not source.has_changed()
        problem = source.load_data("", NOW).snapshot.problem

    assert "is damaged" in problem


def test_without_usage_there_is_no_window(
    show_command: ShowCommand, tmp_path: Path
) -> None:
    _open_store(show_command, tmp_path).close()

    with closing(StoreSource(show_command, UTC)) as source:
        data = source.load_data("", NOW)

    assert data.breakdown.window is None
    assert len(data.daily_totals) == 30


def test_transient_state_is_added(
    show_command: ShowCommand, tmp_path: Path
) -> None:
    _open_store(show_command, tmp_path).close()
    sync = SyncState(SyncPhase.IDLE, NOW - timedelta(minutes=2))

    with closing(StoreSource(show_command, UTC)) as source:
        source.transient_state = TransientState(
            0.4, "A problem.", sync, is_demo=True
        )
        snapshot = source.load_data("", NOW).snapshot

    assert (snapshot.scan_progress, snapshot.problem) == (0.4, "A problem.")
    assert (snapshot.sync, snapshot.is_demo) == (sync, True)


def test_invalid_settings_fall_back_to_defaults(
    show_command: ShowCommand,
    tmp_path: Path,
) -> None:
    (tmp_path / "settings.toml").write_text("no toml [")

    with closing(StoreSource(show_command, UTC)) as source:
        assert source.settings.general_theme == "system"


def test_settings_shape_the_view(
    show_command: ShowCommand, tmp_path: Path
) -> None:
    (tmp_path / "settings.toml").write_text(
        '[window]\nrule = "hour"\n[limits]\nplan = "max5"\n'
    )
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(writer, make_record("09:40", day=20))

    with closing(StoreSource(show_command, UTC)) as source:
        view = load_view(source, ENGLISH, NOW, "nobody", UTC)

    assert view.headline.corner == "Max 5x"
    assert view.headline.until == "until about 14:00"


def test_an_account_is_selected_by_name(
    show_command: ShowCommand,
    tmp_path: Path,
) -> None:
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(writer, make_record("09:40", day=20))
    with closing(StoreSource(show_command, UTC)) as source:
        view = load_view(source, ENGLISH, NOW, "default", UTC)

        assert view.tiles[0].tokens == "15 tokens"
        assert replace(
            source.load_data("default", NOW).snapshot
        ).today.messages


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


@pytest.fixture
def two_accounts(show_command: ShowCommand, tmp_path: Path) -> ShowCommand:
    """Store usage of a busy account and of one that is idle for days."""
    folders = tuple(
        (str(tmp_path / name), name) for name in ("private", "work")
    )
    with closing(_open_store(show_command, tmp_path)) as writer:
        for path, name in folders:
            writer.execute(
                "INSERT INTO claude_folder VALUES (?, ?, 0)", (path, name)
            )
        save_records(
            writer,
            make_record("09:00", day=20),
            make_record("08:00", day=16, session="b"),
            account="private",
        )
        save_records(
            writer,
            make_record("08:00", day=19, session="c", project="/shop"),
            make_record("01:00", day=20, session="d", project="/shop"),
            account="work",
        )
    return msgspec.structs.replace(show_command, folders=folders)


@pytest.mark.parametrize(
    ("name", "counts", "projects"),
    [
        ("", (1, 2, 2), ["/home/ada/notes"]),
        ("private", (1, 2, 2), ["/home/ada/notes"]),
        ("work", (1, 2, 2), ["/shop"]),
        (ALL_ACCOUNTS, (2, 4, 4), ["/home/ada/notes", "/shop"]),
    ],
)
def test_sums_are_scoped_to_the_account(
    two_accounts: ShowCommand,
    name: str,
    counts: tuple[int, int, int],
    projects: list[str],
) -> None:
    with closing(StoreSource(two_accounts, UTC)) as source:
        data = source.load_data(name, NOW)

    sums = tuple(data.sum_days(days).messages for days in (1, 7, 30))
    assert sums == counts
    assert sorted(p for p, _ in data.breakdown.projects) == projects
    assert data.is_all == (name == ALL_ACCOUNTS)
    assert data.account is not None
    assert data.account.name == (name.strip() or "private")
