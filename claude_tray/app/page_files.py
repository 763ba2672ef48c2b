"""
Locate the process of the local page.

The process writes an address file that only the user may read. Its key lets
programs of the user, but no web page, ask for one-time tokens.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from claude_tray import __version__
from claude_tray.platform.atomic_write import write_atomically
from claude_tray.platform.small_file import read_small_file

if TYPE_CHECKING:
    from pathlib import Path


LOOPBACK: Final = "127.0.0.1"
TOKEN_PATH: Final = "/-/token"  # noqa: S105 - a path
STOP_PATH: Final = "/-/stop"
OPEN_PATH: Final = "/open"
_PRIVATE: Final = 0o600


class PageProcess(NamedTuple):
    """
    A running process of the local page.

    Attributes:
        port: Its port on the loopback interface.
        key: Secret of the address file.
        version: Version of the program that it runs.
    """

    port: int
    key: str
    version: str = __version__

    @property
    def origin(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def is_current(self) -> bool:
        """It runs the same version of the program as this process."""
        return self.version == __version__

    @property
    def hosts(self) -> tuple[str, str]:
        """Values of the Host header that are accepted."""
        return f"{LOOPBACK}:{self.port}", f"localhost:{self.port}"


class PageFiles(NamedTuple):
    """
    Lock and address file of the process.

    Attributes:
        folder: Folder of the state, which only the user may enter.
    """

    folder: Path

    @property
    def lock_file(self) -> Path:
        return self.folder / "page.lock"

    @property
    def address_file(self) -> Path:
        return self.folder / "page.address"

    @property
    def compiled_dir(self) -> Path:
        """Folder of compiled templates, which can be recreated."""
        return self.folder / "page-templates"

    def write(self, process: PageProcess) -> None:
        """
        Announce a process.

        Raises:
            OSError: The file cannot be written.
        """
        data = msgspec.json.encode(process)
        write_atomically(self.address_file, data, _PRIVATE)

    def read(self) -> PageProcess | None:
        """Return the process that was announced last; it may have ended."""
        with suppress(OSError, msgspec.DecodeError, UnicodeError):
            data = read_small_file(self.address_file)
            return msgspec.json.decode(data, type=PageProcess)
        return None

    def restore(self, process: PageProcess) -> None:
        """Announce the process that has the lock again, if need be."""
        found = self.read()
        if found is None or found[:2] != process[:2]:
            with suppress(OSError):
                # Tried again in a second.
                self.write(process)

    def remove(self, process: PageProcess) -> None:
        """Remove the address, unless another process has announced itself."""
        if self.read() == process:
            self.address_file.unlink(missing_ok=True)
