"""What this process opens and whom it calls, as Python's own hooks tell it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# Claude Code keeps what signs it in there.
CREDENTIALS: Final = ".credentials.json"
_BESIDE: Final = ("", "-wal", "-shm")


class Audit:
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
        self._is_over = False
        self._own = tuple(
            os.path.realpath(path)
            for path in (
                sys.prefix,
                sys.base_prefix,
                Path(__file__).parents[1],
            )
        )
        sys.addaudithook(self._hear)

    def end(self) -> None:
        self._is_over = True

    @property
    def credentials(self) -> list[str]:
        """Files with credentials of Claude that were opened."""
        return [p for p in self.files if Path(p).name == CREDENTIALS]

    def _hear(self, event: str, arguments: Sequence[Any]) -> None:
        # Called for everything Python does, on whatever thread.
        if self._is_over:
            return
        if event == "open":
            self._opened(arguments[0])
        elif event == "sqlite3.connect":
            for end in _BESIDE:
                self._opened(f"{_plain(arguments[0])}{end}")
        elif event in {"socket.connect", "socket.sendto"}:
            self._called(arguments[1])
        elif event == "socket.getaddrinfo":
            self.hosts.add(str(arguments[0]))
        elif event == "subprocess.Popen":
            self.programs.add(str(arguments[0]))

    def _opened(self, path: object) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return
        real = os.path.realpath(os.fsdecode(path))
        if not real.startswith(self._own):
            self.files.add(real)

    def _called(self, address: object) -> None:
        if isinstance(address, tuple):
            self.hosts.add(str(address[0]))


def _plain(path: object) -> str:
    """Return the path in what SQLite was given, which may be a URI."""
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415

    text = os.fsdecode(path) if isinstance(path, str | bytes) else str(path)
    return unquote(urlsplit(text).path) if text.startswith("file:") else text
