from __future__ import annotations

import logging
import queue
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.transcripts import spool, watch
from claude_tray.transcripts.watch import Watcher
from tests.support.builders import ClaudeFolder, a_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 5
Told = queue.SimpleQueue[str | None]


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


@pytest.fixture
def told() -> Told:
    return queue.SimpleQueue()


@pytest.fixture
def watcher(told: Told, tmp_path: Path) -> Iterator[Watcher]:
    watcher = Watcher(told.put, tmp_path / "state" / "statusline")
    yield watcher
    watcher.stop()


def _until(told: Told, wanted: str | None) -> None:
    while told.get(timeout=PATIENCE) != wanted:
        pass


def test_a_line_that_is_appended_is_told(
    claude: ClaudeFolder,
    watcher: Watcher,
    told: Told,
) -> None:
    path = claude.append(a_line())
    watcher.attach([claude.path])

    claude.append(a_line())

    _until(told, str(path))


def test_reading_tells_nothing(
    claude: ClaudeFolder,
    watcher: Watcher,
    told: Told,
) -> None:
    path = claude.append(a_line())
    watcher.attach([claude.path])

    for _ in range(10):
        path.read_bytes()

    with pytest.raises(queue.Empty):
        told.get(timeout=0.3)


def test_a_new_folder_means_a_look_at_all(
    claude: ClaudeFolder,
    watcher: Watcher,
    told: Told,
) -> None:
    watcher.attach([claude.path])

    path = claude.append(a_line(), project="-home-ada-other")
    _until(told, None)
    claude.append(a_line(), project="-home-ada-other")

    _until(told, str(path))


def test_other_files_are_not_told(
    claude: ClaudeFolder,
    watcher: Watcher,
    told: Told,
) -> None:
    watcher.attach([claude.path])

    (claude.projects / "notes.md").write_text("not a transcript")

    with pytest.raises(queue.Empty):
        told.get(timeout=0.3)


def test_a_folder_that_comes_later_and_again_is_watched(
    claude: ClaudeFolder,
    watcher: Watcher,
    told: Told,
) -> None:
    shutil.rmtree(claude.projects)
    watcher.attach([claude.path])
    claude.projects.mkdir()
    watcher.attach([claude.path])
    watcher.attach([claude.path])

    path = claude.append(a_line())
    _until(told, None)

    shutil.rmtree(claude.projects)
    watcher.attach([claude.path])
    claude.append(a_line())
    watcher.attach([claude.path])
    claude.append(a_line())

    _until(told, str(path))


def test_a_folder_that_is_left_is_watched_no_more(
    claude: ClaudeFolder,
    watcher: Watcher,
    told: Told,
) -> None:
    path = claude.append(a_line())
    watcher.attach([claude.path])
    watcher.attach([])

    with path.open("ab") as file:
        file.write(a_line())

    with pytest.raises(queue.Empty):
        told.get(timeout=0.3)


def test_a_sample_is_told_once_it_is_whole(
    claude: ClaudeFolder,
    watcher: Watcher,
    told: Told,
    tmp_path: Path,
) -> None:
    spool_folder = tmp_path / "state" / "statusline"
    watcher.attach([claude.path])
    watcher.attach([claude.path])

    spool.put(spool_folder, {"session_id": "s-1"}, 1)

    assert told.get(timeout=PATIENCE) == str(spool_folder)
    spool.drop(sample.path for sample in spool.take(spool_folder))
    (spool_folder / "1.new").write_text("{")
    with pytest.raises(queue.Empty):
        told.get(timeout=0.3)


def test_a_spool_that_cannot_be_made_is_no_error(
    claude: ClaudeFolder,
    told: Told,
    tmp_path: Path,
) -> None:
    (tmp_path / "state").write_text("in the way")
    watcher = Watcher(told.put, tmp_path / "state" / "statusline")

    assert watcher.attach([claude.path], 1) == ""
    watcher.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_the_folders_that_are_watched_are_counted(
    claude: ClaudeFolder,
    watcher: Watcher,
) -> None:
    claude.append(a_line(), name="s1/subagents/agent-1.jsonl")

    assert watcher.attach([claude.path], 4) == ""
    assert watcher.count() == 4
    assert watcher.attach([claude.path], 5) == "4 of 5 folders are watched"


def test_watches_that_cannot_be_had_are_not_asked_for_at_each_look(
    claude: ClaudeFolder,
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    follow = Watcher._follow  # noqa: SLF001

    def count(self: Watcher, *words: Any) -> None:
        told.append("followed")
        follow(self, *words)

    monkeypatch.setattr(Watcher, "_follow", count)
    for _ in range(3):
        watcher.attach([claude.path], 1_000)
    thrice = len(told)
    watcher.attach([claude.path], 1_001)

    assert thrice == 5
    assert len(told) == thrice + 3


def test_a_folder_that_came_back_under_its_number_is_watched_anew(
    claude: ClaudeFolder,
    watcher: Watcher,
    told: Told,
) -> None:
    """As ext4 gives the number of what was deleted to what is made next."""
    claude.append(a_line())
    watcher.attach([claude.path], 2)
    shutil.rmtree(claude.projects)
    claude.projects.mkdir()
    path = claude.append(a_line())

    assert watcher.attach([claude.path], 2) == ""
    while not told.empty():
        told.get()
    claude.append(a_line())

    _until(told, str(path))


def test_a_spool_that_was_taken_away_is_watched_anew(
    claude: ClaudeFolder,
    watcher: Watcher,
    told: Told,
    tmp_path: Path,
) -> None:
    place = tmp_path / "state" / "statusline"
    watcher.attach([claude.path], 1)
    shutil.rmtree(place)

    assert watcher.attach([claude.path], 1) == ""
    spool.put(place, {"session_id": "s-1"}, 1)

    _until(told, str(place))


def test_where_watches_are_not_counted_all_are_believed_in(
    claude: ClaudeFolder,
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "watch_count", lambda: None)

    assert watcher.attach([claude.path], 1_000) == ""
    assert watcher.count() is None


def test_a_share_is_named(
    claude: ClaudeFolder,
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "share_of", lambda _: "nfs4")

    untold = watcher.attach([claude.path], 1)

    assert untold == f"{claude.projects} is a share (nfs4)"


def test_lost_events_mean_a_look_at_all(watcher: Watcher, told: Told) -> None:
    del watcher
    log = logging.getLogger("watchdog.observers.inotify_c")

    log.warning("Something else")
    log.warning("Inotify queue overflowed; filesystem events were lost")

    assert told.get(timeout=PATIENCE) is None
    assert told.empty()


def test_exhausted_watches_are_no_error(
    claude: ClaudeFolder,
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError

    watcher.attach([])
    monkeypatch.setattr(watcher._observer, "schedule", refuse)  # noqa: SLF001

    watcher.attach([claude.path])

    assert str(claude.projects) not in watcher._watches  # noqa: SLF001


def test_a_system_without_another_watcher_is_asked_again(
    claude: ClaudeFolder,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> None:
        raise OSError(24, "inotify instance limit reached")

    path = claude.append(a_line())
    watcher = Watcher(told.put)
    with monkeypatch.context() as patch:
        patch.setattr(watch, "Observer", refuse)
        watcher.attach([claude.path])
        watcher.stop()
    watcher.attach([claude.path])

    claude.append(a_line())

    _until(told, str(path))
    watcher.stop()
