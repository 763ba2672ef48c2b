"""
Ask once a day whether there is a newer version, if the user wants it.

Off by default. One request goes to one host, GitHub's API, and says nothing
about the user or the installation. Nothing is downloaded.
"""

from __future__ import annotations

import http.client
import json
import logging
import re
import threading
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray import __version__
from claude_tray.platform import atomic_write, small_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


_log = logging.getLogger(__name__)

UPDATE_HOST: Final = "api.github.com"
STATE_FILE: Final = "update.json"
_PATH: Final = "/repos/claudetray/claude-tray/releases/latest"
# GitHub refuses requests without one; the version would identify users.
_HEADERS: Final = {
    "User-Agent": "claude-tray",
    "Accept": "application/vnd.github+json",
}
_TIMEOUT_SECONDS: Final = 10.0
_MAX_BYTES: Final = 1 << 20
_DAY_SECONDS: Final = 86_400.0
_POLL_SECONDS: Final = 600.0
_STOP_SECONDS: Final = 0.2
_OK: Final = 200
_VERSION: Final = re.compile(r"v?(\d{1,6}(?:\.\d{1,6}){1,3})")


class UpdateState(NamedTuple):
    """
    Result of the last check.

    Attributes:
        checked_at: Seconds since the epoch; 0 before the first check.
        version: Newest version; empty if unknown.
    """

    checked_at: float = 0.0
    version: str = ""

    @property
    def newer_version(self) -> str:
        """Return the version if it is newer than this program; else empty."""
        return self.version if is_newer(self.version, __version__) else ""


def is_newer(version: str, other: str) -> bool:
    """Compare two versions such as "0.2.0"; False if one is no version."""
    numbers = [_parse_version(text) for text in (version, other)]
    return bool(numbers[0] and numbers[1] and numbers[0] > numbers[1])


def load_update_state(path: Path) -> UpdateState:
    """Return the stored result; that of no check if it cannot be read."""
    try:
        value: Any = json.loads(small_file.read_small_file(path))
        return UpdateState(float(value["checked_at"]), str(value["version"]))
    except (OSError, ValueError, KeyError, TypeError):
        return UpdateState()


def fetch_latest_version(connection: http.client.HTTPConnection) -> str:
    """
    Return the newest released version; empty if there is none.

    Redirects are not followed: no other host is contacted.

    Args:
        connection: To the host of the releases.

    Raises:
        OSError: The host cannot be reached; likewise HTTPException.
        ValueError: The response cannot be parsed.
    """
    try:
        connection.request("GET", _PATH, headers=_HEADERS)
        response = connection.getresponse()
        body = response.read(_MAX_BYTES)
    finally:
        connection.close()
    if response.status != _OK:
        return ""
    value: Any = json.loads(body)
    name = value.get("tag_name", "") if isinstance(value, dict) else ""
    return name.removeprefix("v") if _parse_version(str(name)) else ""


def connect_to_host() -> http.client.HTTPConnection:
    """Connect to the host of the releases, with TLS."""
    return http.client.HTTPSConnection(UPDATE_HOST, timeout=_TIMEOUT_SECONDS)


class UpdateChecker:
    """
    Check once a day, on a thread of its own, while it is turned on.

    Args:
        path: File with the result of the last check.
        is_on: Returns whether the user wants it.
        on_checked: Called after each check.
        connect: Opens the connection.
    """

    def __init__(
        self,
        path: Path,
        is_on: Callable[[], bool],
        on_checked: Callable[[], None],
        connect: Callable[[], http.client.HTTPConnection] = connect_to_host,
    ) -> None:
        self._path = path
        self._is_on = is_on
        self._on_checked = on_checked
        self._connect = connect
        self.state = load_update_state(path)
        # A daemon: a host that hangs must not keep the program.
        self._thread = threading.Thread(
            target=self._run, name="updates", daemon=True
        )
        self._wakeup = threading.Event()
        self._is_stopped = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread; a request that is running is left alone."""
        self._is_stopped = True
        self._wakeup.set()
        self._thread.join(_STOP_SECONDS)

    def wake(self) -> None:
        """Check soon if the user has just turned it on."""
        self._wakeup.set()

    @property
    def newer_version(self) -> str:
        """Return a newer version; empty for none, or if it is turned off."""
        return self.state.newer_version if self._is_on() else ""

    def check_if_due(self, now: float) -> None:
        """
        Check if a day has passed, and store the result.

        A failed check is not repeated before the next day.

        Args:
            now: Seconds since the epoch.
        """
        age = now - self.state.checked_at
        if not self._is_on() or 0 <= age < _DAY_SECONDS:
            return
        version = self.state.version
        try:
            version = fetch_latest_version(self._connect()) or version
        except (OSError, ValueError, http.client.HTTPException) as error:
            _log.info("Cannot check for updates error=%s", error)
        self.state = UpdateState(now, version)
        try:
            text = json.dumps(self.state._asdict())
            atomic_write.write_atomically(self._path, text.encode(), 0o600)
        except OSError as error:
            _log.info("Cannot store the check for updates error=%s", error)
        self._on_checked()

    def _run(self) -> None:
        while not self._is_stopped:
            self.check_if_due(time.time())
            self._wakeup.wait(_POLL_SECONDS)
            self._wakeup.clear()


def _parse_version(text: str) -> tuple[int, ...]:
    match = _VERSION.fullmatch(text)
    return tuple(map(int, match[1].split("."))) if match else ()
