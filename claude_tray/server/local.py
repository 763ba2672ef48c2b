"""Reads the Claude folders of the server's own machine into its database."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.desktop.paths import claude_folders, own_files
from claude_tray.domain.project import labels
from claude_tray.domain.usage import ProjectPath
from claude_tray.errors import ClaudeTrayError
from claude_tray.server.usage.receive import keep
from claude_tray.settings.environment import environment_of
from claude_tray.settings.file import read_settings
from claude_tray.transcripts.cursor import Cursor
from claude_tray.transcripts.locate import root_of, walk
from claude_tray.transcripts.scan import Scanner
from claude_tray.wire.agent_sync import Agent
from claude_tray.wire.incoming import Received

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from claude_tray.server.accounts.models import User
    from claude_tray.transcripts.locate import Transcript
    from claude_tray.transcripts.news import News

_MACHINE: Final = "local"
_FILES_AT_ONCE: Final = 64
_BYTES_AT_ONCE: Final = 64 * 1024 * 1024


class NoFolderError(ClaudeTrayError):
    """There are no transcripts on this machine."""


class LocalGain(NamedTuple):
    """What reading brought, as wire.usage_api.Refreshed has it."""

    files_read: int = 0
    bytes_read: int = 0
    messages_added: int = 0
    messages_updated: int = 0
    bad_lines: int = 0
    too_long: int = 0

    def plus(self, other: LocalGain) -> LocalGain:
        return LocalGain(
            *(a + b for a, b in zip(self, other, strict=True)),
        )


class _Reader:
    """
    Goes on where it stopped, for one person.

    What was read is not written down: after a restart all is read again,
    which changes nothing.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._cursors: dict[str, Cursor] = {}
        self._projects: set[str] = set()

    def refresh(self, user: User, now: datetime) -> LocalGain:
        with self._lock:
            gain = LocalGain()
            for batch in _batches(self._changed()):
                gain = gain.plus(self._take(user, batch, now))
            return gain

    def _changed(self) -> list[Transcript]:
        """Return what has changed, the newest first; note its projects."""
        looked_in = folders()
        found = [walk(folder) for folder in looked_in]
        if not any(each.folders for each in found):
            looked = ", ".join(root_of(folder) for folder in looked_in)
            summary = "There is no Claude folder on this machine."
            raise NoFolderError(summary, hint=f"Looked in {looked}.")
        changed = [
            transcript
            for each in found
            for transcript in each.transcripts
            if self._cursors.get(transcript.path, Cursor())[:3]
            != transcript[2:]
        ]
        return sorted(changed, key=lambda item: -item.mtime_ns)

    def _take(
        self,
        user: User,
        batch: Sequence[Transcript],
        now: datetime,
    ) -> LocalGain:
        scanner = Scanner()
        read = [
            (
                scanner.scan(item, self._cursors.get(item.path, Cursor())),
                item.folder,
            )
            for item in batch
        ]
        for news, _ in read:
            self._projects.add(news.replies.place.project)
        names = labels(self._projects)
        agent = Agent(_MACHINE, platform.node())
        paths: dict[str, str] = {}
        rows: list[Received] = []
        for news, folder in read:
            name = names[news.replies.place.project]
            paths[name] = f"~/.claude/projects/{folder}"
            rows += _rows(news, name)
        kept = keep(user, agent, rows, paths, now)
        self._cursors.update((news.path, news.cursor) for news, _ in read)
        return LocalGain(
            len(read),
            sum(news.bytes_read for news, _ in read),
            kept.created,
            kept.updated,
            sum(news.bad_lines for news, _ in read),
            sum(news.too_long for news, _ in read),
        )


_readers: Final[dict[int, _Reader]] = {}


def refresh(user: User, now: datetime) -> LocalGain:
    """
    Read what is new in this machine's transcripts.

    Raises:
        NoFolderError: There are none; the hint says where they would be.
    """
    return _readers.setdefault(user.pk, _Reader()).refresh(user, now)


def has_transcripts() -> bool:
    """Tell whether there is a folder of Claude Code on this machine."""
    return any(Path(root_of(folder)).is_dir() for folder in folders())


def folders() -> tuple[Path, ...]:
    """Return where Claude Code's transcripts are looked for."""
    environment = environment_of(os.environ)
    chosen = read_settings(own_files(environment).settings).claude_paths
    return claude_folders("", environment, chosen, Path.home())


def _batches(items: Sequence[Transcript]) -> Iterator[list[Transcript]]:
    batch: list[Transcript] = []
    size = 0
    for item in items:
        batch.append(item)
        size += item.size
        if len(batch) >= _FILES_AT_ONCE or size >= _BYTES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _rows(news: News, name: str) -> list[Received]:
    return [
        Received(
            place,
            "",
            record._replace(project=ProjectPath(name)),
        )
        for place, record in enumerate(news.replies.records.values())
    ]
