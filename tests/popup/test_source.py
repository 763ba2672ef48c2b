from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest

from claude_tray.domain.snapshot import SyncPhase, SyncState
from claude_tray.popup.current import view_from
from claude_tray.popup.order import Show, Volatile
from claude_tray.popup.source import Source
from claude_tray.store.connection import open_writer
from claude_tray.words.tongue import ENGLISH
from tests.support.builders import a_record, at
from tests.support.keeping import keep

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.store.connection import Writer

NOW = at("10:00", day=20)


@pytest.fixture
def show(tmp_path: Path) -> Show:
    return Show(
        "popup",
        str(tmp_path / "usage.db"),
        str(tmp_path / "settings.toml"),
        str(tmp_path),
        ((str(tmp_path / "claude"), "default"),),
    )


def _writer(show: Show, tmp_path: Path) -> Writer:
    assert show.store == str(tmp_path / "usage.db")
    return open_writer(tmp_path / "usage.db")


def test_the_window_is_told_with_all_it_was_made_of(
    show: Show,
    tmp_path: Path,
) -> None:
    with closing(_writer(show, tmp_path)) as writer:
        keep(
            writer,
            a_record("09:00", day=20),
            a_record("09:30", day=20, project="/home/ada/shop", session="b"),
            a_record("08:00", day=19, session="c"),
        )
    with closing(Source(show, UTC)) as source:
        figures = source.figures("", NOW)

    made_of = figures.of_window
    assert made_of.window is not None
    assert made_of.window.totals.messages == 2
    assert [path for path, _ in made_of.projects] == [
        "/home/ada/notes",
        "/home/ada/shop",
    ]
    assert len(made_of.steps) == 2
    assert sum(kind.tokens for kind in made_of.kinds.all) == 30
    assert len(figures.days) == 30
    assert [totals.messages for _, totals in figures.days][-2:] == [1, 2]


def test_another_process_writing_is_noticed_once(
    show: Show,
    tmp_path: Path,
) -> None:
    with closing(_writer(show, tmp_path)) as writer:
        keep(writer, a_record("09:00", day=20))
        with closing(Source(show, UTC)) as source:
            seen = [source.has_changed(), source.has_changed()]
            before = source.figures("", NOW).snapshot.today.messages
            keep(writer, a_record("09:01", day=20))
            seen += [source.has_changed(), source.has_changed()]
            after = source.figures("", NOW).snapshot.today.messages

    assert seen == [True, False, True, False]
    assert (before, after) == (1, 2)


def test_without_a_store_nothing_is_known_and_nothing_wrong(
    show: Show,
) -> None:
    with closing(Source(show, UTC)) as source:
        assert not source.has_changed()
        figures = source.figures("", NOW)

    assert figures.snapshot.problem == ""
    assert figures.snapshot.profiles == ()
    assert figures.of_window.window is None


def test_a_store_that_cannot_be_read_says_so(
    show: Show,
    tmp_path: Path,
) -> None:
    (tmp_path / "usage.db").write_bytes(b"no database" * 1000)

    with closing(Source(show, UTC)) as source:
        assert not source.has_changed()
        problem = source.figures("", NOW).snapshot.problem

    assert "is damaged" in problem


def test_without_use_there_is_no_window(show: Show, tmp_path: Path) -> None:
    _writer(show, tmp_path).close()

    with closing(Source(show, UTC)) as source:
        figures = source.figures("", NOW)

    assert figures.of_window.window is None
    assert len(figures.days) == 30


def test_what_is_not_in_the_store_is_added(show: Show, tmp_path: Path) -> None:
    _writer(show, tmp_path).close()
    sync = SyncState(SyncPhase.IDLE, NOW - timedelta(minutes=2))

    with closing(Source(show, UTC)) as source:
        source.volatile = Volatile(0.4, "A problem.", sync, is_demo=True)
        snapshot = source.figures("", NOW).snapshot

    assert (snapshot.reading, snapshot.problem) == (0.4, "A problem.")
    assert (snapshot.sync, snapshot.is_demo) == (sync, True)


def test_settings_that_do_not_parse_are_the_defaults(
    show: Show,
    tmp_path: Path,
) -> None:
    (tmp_path / "settings.toml").write_text("no toml [")

    with closing(Source(show, UTC)) as source:
        assert source.settings.general_theme == "system"


def test_the_settings_say_how_it_is_told(show: Show, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        '[window]\nrule = "hour"\n[limits]\nplan = "max5"\n'
    )
    with closing(_writer(show, tmp_path)) as writer:
        keep(writer, a_record("09:40", day=20))

    with closing(Source(show, UTC)) as source:
        view = view_from(source, ENGLISH, NOW, "nobody", UTC)

    assert view.headline.corner == "Max 5x"
    assert view.headline.beside == "until about 14:00"


def test_the_account_of_a_name_is_looked_at(
    show: Show,
    tmp_path: Path,
) -> None:
    with closing(_writer(show, tmp_path)) as writer:
        keep(writer, a_record("09:40", day=20))
    with closing(Source(show, UTC)) as source:
        view = view_from(source, ENGLISH, NOW, "default", UTC)

        assert view.tiles[0].tokens == "15 tokens"
        assert replace(source.figures("default", NOW).snapshot).today.messages
