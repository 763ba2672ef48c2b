"""Replace the names of projects, folders and accounts before sending."""

from __future__ import annotations

import hashlib
import hmac
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.display_names import build_unique_labels
from claude_tray.protocol.agent_sync import sanitize_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


NAMES: Final = "names"
ALIASES: Final = "aliases"
_HIDDEN: Final = "hidden"
_DIGEST_LENGTH: Final = 16
_MAX_LENGTH: Final = 255
# Claude Code names a transcript folder after the folder it was started in.
_REPLACED_IN_FOLDER_NAMES: Final = re.compile(r"[^A-Za-z0-9]")


class PrivacySettings(NamedTuple):
    """
    What the user shares.

    Attributes:
        projects: Send project "names" or "aliases", or "hidden".
        exclude: Patterns (*, ?) of names or paths of projects not to send.
        key: Secret for aliases, the same on all machines of the user.
        home: Home folder, sent as ~.
    """

    projects: str = NAMES
    exclude: tuple[str, ...] = ()
    key: bytes = b""
    home: str = ""

    @property
    def fingerprint(self) -> str:
        """Hash the settings, to detect changes."""
        parts = (self.projects, *sorted(self.exclude))
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hashlib.sha256(text).hexdigest()[:_DIGEST_LENGTH]


class NameAnonymizer:
    """
    Name projects by the privacy settings.

    Args:
        privacy: What the user shares.
        paths: Paths of all projects; names are unique among them.
        account_folders: Claude folder by account; "" for unknown accounts.
    """

    def __init__(
        self,
        privacy: PrivacySettings,
        paths: Iterable[str],
        account_folders: Mapping[str, str],
    ) -> None:
        self._privacy = privacy
        self._labels = build_unique_labels(paths)
        self._account_folders = account_folders

    def is_excluded(self, path: str) -> bool:
        """Check whether a project is not sent."""
        home = self._privacy.home
        candidates = (self._labels.get(path, path), path)
        for pattern in self._privacy.exclude:
            if pattern.startswith("~"):
                pattern = home + pattern[1:]  # noqa: PLW2901
            if any(fnmatchcase(text, pattern) for text in candidates):
                return True
        return False

    def project_names(self) -> dict[str, str]:
        """Return the name of every project by its path."""
        return {path: self.project_name(path) for path in self._labels}

    def project_name(self, path: str) -> str:
        """Return the name of a project as the receiver sees it."""
        name = sanitize_text(self._labels.get(path, path)).replace("/", "_")
        if self._privacy.projects == NAMES:
            return name[:_MAX_LENGTH]
        if self._privacy.projects == ALIASES:
            return f"p-{_compute_digest(self._privacy.key, name)}"
        return _HIDDEN

    def folder_name(self, path: str, account: str) -> str:
        """Return the project's transcript folder; "" if hidden."""
        if self._privacy.projects != NAMES:
            return ""
        folder = self._account_folders.get(
            account
        ) or self._account_folders.get("", "")
        home = self._privacy.home
        if home and (folder == home or folder.startswith(home + "/")):
            folder = "~" + folder[len(home) :]
        return sanitize_text(
            f"{folder}/projects/{_REPLACED_IN_FOLDER_NAMES.sub('-', path)}"
        )

    def machine_name(self, name: str) -> str:
        """Return the name of this machine; "" if hidden."""
        visible_name = name if self._privacy.projects == NAMES else ""
        return sanitize_text(visible_name)[:_MAX_LENGTH]


def hash_account(account: str, salt: str) -> str:
    """
    Hash a Claude account; "" for none.

    The salt belongs to the receiver: it gets the same hash from all machines
    of a user, and two receivers cannot match their accounts.
    """
    return _compute_digest(salt.encode(), account) if account else ""


def _compute_digest(key: bytes, text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return hmac.new(key, data, "sha256").hexdigest()[:_DIGEST_LENGTH]
