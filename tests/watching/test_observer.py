from __future__ import annotations

import logging
import os
import queue
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.providers.claude_code.statusline.handler import write_sample
from claude_tray.providers.claude_code.statusline_samples import (
    delete_samples,
    read_samples,
)
from claude_tray.providers.registry import AccountFolder
from claude_tray.watching import observer
from claude_tray.watching.observer import Watcher
from tests.support.builders import ClaudeFolder, make_line

if TYPE_CHECKING:
    from collections.abc import Iterator


TIMEOUT_SECONDS = 5
MAX_OVERFLOW_EVENTS = 1 << 16
# Prints each reported change until the standard input is closed.
_WATCHING_SCRIPT = """
import sys
import time
from pathlib import Path
from claude_tray.providers.registry import AccountFolder
from claude_tray.watching.observer import Watcher
watcher = Watcher(lambda path: print(path, flush=True))
watcher.watch([AccountFolder(Path(sys.argv[1]))])
print("watching", flush=True)
sys.stdin.read()
watcher.stop()
"""
EventQueue = queue.SimpleQueue[str | None]


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


@pytest.fixture
def events() -> EventQueue:
    return queue.SimpleQueue()


@pytest.fixture
def watcher(events: EventQueue, tmp_path: Path) -> Iterator[Watcher]:
    watcher = Watcher(events.put, tmp_path / "state" / "statusline")
    yield watcher
    watcher.stop()


def _wait_for_event(events: EventQueue, expected: str | None) -> None:
    while events.get(timeout=TIMEOUT_SECONDS) != expected:
        pass


def test_an_appended_line_is_reported(
    claude: ClaudeFolder,
    watcher: Watcher,
    events: EventQueue,
) -> None:
    path = claude.append(make_line())
    watcher.watch([AccountFolder(claude.path)])

    claude.append(make_line())

    _wait_for_event(events, str(path))


def test_reading_raises_no_event(
    claude: ClaudeFolder,
    watcher: Watcher,
    events: EventQueue,
) -> None:
    path = claude.append(make_line())
    watcher.watch([AccountFolder(claude.path)])

    for _ in range(10):
        path.read_bytes()

    with pytest.raises(queue.Empty):
        events.get(timeout=0.3)


def test_a_new_folder_causes_a_rescan(
    claude: ClaudeFolder,
    watcher: Watcher,
    events: EventQueue,
) -> None:
    watcher.watch([AccountFolder(claude.path)])

    path = claude.append(make_line(), project="-home-ada-other")
    _wait_for_event(events, None)
    claude.append(make_line(), project="-home-ada-other")

    _wait_for_event(events, str(path))


def test_other_files_are_not_reported(
    claude: ClaudeFolder,
    watcher: Watcher,
    events: EventQueue,
) -> None:
    watcher.watch([AccountFolder(claude.path)])

    (claude.projects / "notes.md").write_text("not a transcript")

    with pytest.raises(queue.Empty):
        events.get(timeout=0.3)


def test_a_folder_created_later_and_recreated_is_watched(
    claude: ClaudeFolder,
    watcher: Watcher,
    events: EventQueue,
) -> None:
    shutil.rmtree(claude.projects)
    watcher.watch([AccountFolder(claude.path)])
    claude.projects.mkdir()
    watcher.watch([AccountFolder(claude.path)])
    watcher.watch([AccountFolder(claude.path)])

    path = claude.append(make_line())
    _wait_for_event(events, None)

    shutil.rmtree(claude.projects)
    watcher.watch([AccountFolder(claude.path)])
    claude.append(make_line())
    watcher.watch([AccountFolder(claude.path)])
    claude.append(make_line())

    _wait_for_event(events, str(path))


def test_an_unfollowed_folder_is_no_longer_watched(
    claude: ClaudeFolder,
    watcher: Watcher,
    events: EventQueue,
) -> None:
    path = claude.append(make_line())
    watcher.watch([AccountFolder(claude.path)])
    watcher.watch([])

    with path.open("ab") as file:
        file.write(make_line())

    with pytest.raises(queue.Empty):
        events.get(timeout=0.3)


def test_a_sample_is_reported_when_complete(
    claude: ClaudeFolder,
    watcher: Watcher,
    events: EventQueue,
    tmp_path: Path,
) -> None:
    spool_folder = tmp_path / "state" / "statusline"
    watcher.watch([AccountFolder(claude.path)])
    watcher.watch([AccountFolder(claude.path)])

    write_sample(spool_folder, {"session_id": "s-1"}, 1)

    assert events.get(timeout=TIMEOUT_SECONDS) == str(spool_folder)
    delete_samples(sample.path for sample in read_samples(spool_folder))
    (spool_folder / "1.new").write_text("{")
    with pytest.raises(queue.Empty):
        events.get(timeout=0.3)


def test_a_spool_that_cannot_be_created_is_no_error(
    claude: ClaudeFolder,
    events: EventQueue,
    tmp_path: Path,
) -> None:
    (tmp_path / "state").write_text("in the way")
    watcher = Watcher(events.put, tmp_path / "state" / "statusline")

    assert watcher.watch([AccountFolder(claude.path)], 1) == ""
    watcher.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_watched_folders_are_counted(
    claude: ClaudeFolder,
    watcher: Watcher,
) -> None:
    claude.append(make_line(), name="s1/subagents/agent-1.jsonl")

    assert watcher.watch([AccountFolder(claude.path)], 4) == ""
    assert watcher.count_watches() == 4
    assert (
        watcher.watch([AccountFolder(claude.path)], 5)
        == "4 of 5 folders are watched"
    )


def test_unavailable_watches_are_not_requested_at_each_rescan(
    claude: ClaudeFolder,
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events: list[str] = []
    follow = Watcher._update_watches  # noqa: SLF001

    def count(self: Watcher, *args: Any) -> None:
        events.append("followed")
        follow(self, *args)

    monkeypatch.setattr(Watcher, "_update_watches", count)
    for _ in range(3):
        watcher.watch([AccountFolder(claude.path)], 1_000)
    thrice = len(events)
    watcher.watch([AccountFolder(claude.path)], 1_001)

    assert thrice == 5
    assert len(events) == thrice + 3


def test_a_folder_recreated_with_its_inode_is_watched_again(
    claude: ClaudeFolder,
    watcher: Watcher,
    events: EventQueue,
) -> None:
    """Ext4 reuses the inode of a deleted folder for the next one."""
    claude.append(make_line())
    watcher.watch([AccountFolder(claude.path)], 2)
    shutil.rmtree(claude.projects)
    claude.projects.mkdir()
    path = claude.append(make_line())

    assert watcher.watch([AccountFolder(claude.path)], 2) == ""
    while not events.empty():
        events.get()
    claude.append(make_line())

    _wait_for_event(events, str(path))


def test_a_deleted_spool_is_watched_again(
    claude: ClaudeFolder,
    watcher: Watcher,
    events: EventQueue,
    tmp_path: Path,
) -> None:
    spool_folder = tmp_path / "state" / "statusline"
    watcher.watch([AccountFolder(claude.path)], 1)
    shutil.rmtree(spool_folder)

    assert watcher.watch([AccountFolder(claude.path)], 1) == ""
    write_sample(spool_folder, {"session_id": "s-1"}, 1)

    _wait_for_event(events, str(spool_folder))


def test_uncountable_watches_count_as_complete(
    claude: ClaudeFolder,
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(observer, "count_own_watches", lambda: None)

    assert watcher.watch([AccountFolder(claude.path)], 1_000) == ""
    assert watcher.count_watches() is None


def test_a_network_share_is_named(
    claude: ClaudeFolder,
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(observer, "network_fs_type", lambda _: "nfs4")

    untold = watcher.watch([AccountFolder(claude.path)], 1)

    assert untold == f"{claude.projects} is a share (nfs4)"


def test_lost_events_cause_a_rescan(
    watcher: Watcher, events: EventQueue
) -> None:
    del watcher
    log = logging.getLogger("watchdog.observers.inotify_c")

    log.warning("Something else")
    log.warning("Inotify queue overflowed; filesystem events were lost")

    assert events.get(timeout=TIMEOUT_SECONDS) is None
    assert events.empty()


@pytest.mark.skipif(sys.platform != "linux", reason="inotify only")
def test_an_overflow_of_the_kernel_queue_is_reported(
    claude: ClaudeFolder,
) -> None:
    """Guards against another log text in a later watchdog."""
    if sys.platform == "win32":  # for mypy
        pytest.skip("inotify only")
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if limit > MAX_OVERFLOW_EVENTS:
        pytest.skip(f"{limit} events fit into the queue")
    with subprocess.Popen(
        [sys.executable, "-c", _WATCHING_SCRIPT, str(claude.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "watching\n"
        # A stopped process reads no events, so they fill the queue.
        process.send_signal(signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        for number in range(limit + 1):
            (claude.projects / f"{number}.txt").touch()
        process.send_signal(signal.SIGCONT)

        reported = process.stdout.readline()
        process.communicate("")

    assert reported == "None\n"


def test_exhausted_watches_are_no_error(
    claude: ClaudeFolder,
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError

    watcher.watch([])
    monkeypatch.setattr(watcher._observer, "schedule", refuse)  # noqa: SLF001

    watcher.watch([AccountFolder(claude.path)])

    assert str(claude.projects) not in watcher._watches  # noqa: SLF001


def test_an_unavailable_observer_is_retried(
    claude: ClaudeFolder,
    events: EventQueue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> None:
        raise OSError(24, "inotify instance limit reached")

    path = claude.append(make_line())
    watcher = Watcher(events.put)
    with monkeypatch.context() as patch:
        patch.setattr(observer, "Observer", refuse)
        watcher.watch([AccountFolder(claude.path)])
        watcher.stop()
    watcher.watch([AccountFolder(claude.path)])

    claude.append(make_line())

    _wait_for_event(events, str(path))
    watcher.stop()


def _follow(
    watcher: Watcher, events: EventQueue, folder: AccountFolder, expected: str
) -> None:
    """Watch anew after each report of a change anywhere, as the tray does."""
    while (event := events.get(timeout=TIMEOUT_SECONDS)) != expected:
        if event is None:
            watcher.watch([folder])


@pytest.mark.parametrize("existing", [".", "home", "home/.claude"])
@pytest.mark.parametrize("pause", [0, 0.2])
def test_the_first_transcript_ever_is_reported(
    watcher: Watcher,
    events: EventQueue,
    tmp_path: Path,
    existing: str,
    pause: float,
) -> None:
    (tmp_path / existing).mkdir(parents=True, exist_ok=True)
    folder = AccountFolder(tmp_path / "home" / ".claude")
    watcher.watch([folder])
    project = tmp_path / "home" / ".claude" / "projects" / "-home-ada"
    reported: list[str | None] = []

    for path in (*reversed(project.parents[:3]), project):
        path.mkdir(exist_ok=True)
        time.sleep(pause)
        while not events.empty():
            reported.append(events.get())
            watcher.watch([folder])
    transcript = project / "s1.jsonl"
    transcript.write_bytes(make_line())

    if pause:
        _follow(watcher, events, folder, str(transcript))
    else:
        # In time for the folder or for the file.
        reported.append(events.get(timeout=TIMEOUT_SECONDS))
    assert reported


def test_removed_and_recreated_folders_are_followed_at_once(
    claude: ClaudeFolder, watcher: Watcher, events: EventQueue
) -> None:
    folder = AccountFolder(claude.path)
    claude.append(make_line())
    watcher.watch([folder])
    for removed in (claude.projects, claude.path):
        shutil.rmtree(removed)
        _wait_for_event(events, None)
        watcher.watch([folder])
        claude.projects.mkdir(parents=True)
        _wait_for_event(events, None)
        watcher.watch([folder])
        time.sleep(0.2)
        path = claude.append(make_line())
        _follow(watcher, events, folder, str(path))


def test_other_entries_beside_a_missing_folder_are_ignored(
    watcher: Watcher, events: EventQueue, tmp_path: Path
) -> None:
    watcher.watch([AccountFolder(tmp_path / ".claude")])
    (tmp_path / ".claude").mkdir()
    assert events.get(timeout=TIMEOUT_SECONDS) is None
    watcher.watch([AccountFolder(tmp_path / ".claude")])

    (tmp_path / "Downloads").mkdir()
    (tmp_path / ".claude" / "history.jsonl").write_text("{}")

    with pytest.raises(queue.Empty):
        events.get(timeout=0.3)


def test_a_folder_that_appears_before_its_watch_causes_a_rescan(
    claude: ClaudeFolder, watcher: Watcher, events: EventQueue
) -> None:
    folder = AccountFolder(claude.path)
    claude.projects.rmdir()
    watcher.watch([folder])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(observer, "_find_existing_parent", _create_parent)
        watcher.watch([AccountFolder(claude.path / "new")])

    assert events.get(timeout=TIMEOUT_SECONDS) is None


def _create_parent(path: str) -> tuple[str, str]:
    """Return the parent, then create a nearer one."""
    parent = Path(path).parent
    while not parent.is_dir():
        path, parent = str(parent), parent.parent
    Path(path).mkdir()
    return str(parent), path


def test_a_transcript_in_a_linked_project_is_reported_by_its_link(
    claude: ClaudeFolder, watcher: Watcher, events: EventQueue, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    link = claude.projects / "-home-ada-shared"
    link.symlink_to(shared)
    watcher.watch([AccountFolder(claude.path)])

    (shared / "s1.jsonl").write_bytes(make_line())

    _wait_for_event(events, str(link / "s1.jsonl"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_watches_of_parents_and_links_are_counted_apart(
    claude: ClaudeFolder, watcher: Watcher, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (claude.projects / "-home-ada-shared").symlink_to(shared)

    assert watcher.watch([AccountFolder(claude.path)], 2) == ""
    assert watcher.count_watches() == 2


def test_a_link_made_later_is_followed_at_once(
    claude: ClaudeFolder, watcher: Watcher, events: EventQueue, tmp_path: Path
) -> None:
    folder = AccountFolder(claude.path)
    shared = tmp_path / "shared"
    shared.mkdir()
    watcher.watch([folder])
    link = claude.projects / "-home-ada-shared"

    link.symlink_to(shared)
    _wait_for_event(events, None)
    watcher.watch([folder])
    # Something may have been written before it was watched.
    _wait_for_event(events, None)
    watcher.watch([folder])
    (shared / "s1.jsonl").write_bytes(make_line())

    _wait_for_event(events, str(link / "s1.jsonl"))


def test_files_of_running_sessions_are_reported(
    claude: ClaudeFolder, watcher: Watcher, events: EventQueue
) -> None:
    folder = claude.path / "sessions"
    watcher.watch([AccountFolder(claude.path)])
    before = watcher.count_watches()

    # A first session makes the folder: it is watched at the next rescan.
    folder.mkdir()
    _wait_for_event(events, None)
    watcher.watch([AccountFolder(claude.path)])
    (folder / "7.json").write_text("{}")
    _wait_for_event(events, str(folder))
    while not events.empty():
        events.get()
    (folder / "7.json").unlink()
    _wait_for_event(events, str(folder))

    # Only folders with transcripts count.
    assert watcher.count_watches() == before
