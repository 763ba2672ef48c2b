"""What this process opens and whom it calls, as Python's own hooks tell it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence


# Claude Code keeps what signs it in there.
CREDENTIALS_FILE_NAME: Final = ".credentials.json"
_DATABASE_SUFFIXES: Final = ("", "-wal", "-shm")


class AuditHook:
    """
    Listens from its making to its end.

    A hook cannot be taken out again, only told to be quiet. SQLite opens its
    files without telling; they are named by the store that was connected to.

    Attributes:
        files: Files that were opened, but for the program's own.
        hosts: Addresses on a network that were connected to.
        programs: Programs that were started.
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
        """Files with credentials of Claude that were opened."""
        return [p for p in self.files if Path(p).name == CREDENTIALS_FILE_NAME]

    def _on_event(self, event: str, arguments: Sequence[Any]) -> None:
        # Called for everything Python does, on whatever thread.
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
            self.programs.add(str(arguments[0]))

    def _record_file(self, path: object) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return
        real = os.path.realpath(os.fsdecode(path))
        if not real.startswith(self._own_prefixes):
            self.files.add(real)

    def _record_host(self, address: object) -> None:
        if isinstance(address, tuple):
            self.hosts.add(str(address[0]))


def _extract_path(path: object) -> str:
    """Return the path in what SQLite was given, which may be a URI."""
    from urllib.parse import unquote, urlsplit

    text = os.fsdecode(path) if isinstance(path, str | bytes) else str(path)
    return unquote(urlsplit(text).path) if text.startswith("file:") else text
