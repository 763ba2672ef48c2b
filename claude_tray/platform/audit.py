"""Record the files, hosts and programs this process uses, by audit hook."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from claude_tray.platform.small_file import CREDENTIALS_FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence


_DATABASE_SUFFIXES: Final = ("", "-wal", "-shm")


class AuditHook:
    """
    Record from construction until `stop`.

    Python cannot remove a hook, only ignore its events. SQLite raises no
    events for its files, so they are derived from the path of the database.

    Attributes:
        files: Opened files, except those of the installation.
        hosts: Network addresses that were connected to.
        programs: Started programs.
    """

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.hosts: set[str] = set()
        self.programs: set[str] = set()
        self._is_stopped = False
        self._own_prefixes = tuple(
            os.path.realpath(path)
            for path in (
                sys.prefix,
                sys.base_prefix,
                Path(__file__).parents[1],
            )
        )
        sys.addaudithook(self._on_event)

    def stop(self) -> None:
        self._is_stopped = True

    @property
    def credential_files(self) -> list[str]:
        """Opened files with credentials of Claude Code."""
        return [p for p in self.files if Path(p).name == CREDENTIALS_FILE_NAME]

    def _on_event(self, event: str, arguments: Sequence[Any]) -> None:
        # Called on any thread, often: be quick.
        if self._is_stopped:
            return
        if event == "open":
            self._record_file(arguments[0])
        elif event == "sqlite3.connect":
            for suffix in _DATABASE_SUFFIXES:
                self._record_file(f"{_extract_path(arguments[0])}{suffix}")
        elif event in {"socket.connect", "socket.sendto"}:
            self._record_host(arguments[1])
        elif event == "socket.getaddrinfo":
            self.hosts.add(str(arguments[0]))
        elif event == "subprocess.Popen":
            self._record_program(*arguments[:2])

    def _record_file(self, path: object) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return
        real = os.path.realpath(os.fsdecode(path))
        if not real.startswith(self._own_prefixes):
            self.files.add(real)

    def _record_program(self, executable: object, command: object) -> None:
        """Record a program, which Windows may have only in its command line."""
        if executable is None and isinstance(command, str):
            # Without a closing quotation mark: the rest.
            first = command.lstrip()
            executable = (
                first[1:].partition('"')[0]
                if first.startswith('"')
                else first.partition(" ")[0]
            )
        self.programs.add(str(executable))

    def _record_host(self, address: object) -> None:
        if isinstance(address, tuple):
            self.hosts.add(str(address[0]))


def _extract_path(path: object) -> str:
    """Return the path of a database that may be given as a URI."""
    from urllib.parse import unquote, urlsplit

    text = os.fsdecode(path) if isinstance(path, str | bytes) else str(path)
    return unquote(urlsplit(text).path) if text.startswith("file:") else text
