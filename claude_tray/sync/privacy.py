"""How projects, folders and accounts are called where they are sent."""

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
    What a person lets out.

    Attributes:
        projects: "names", "aliases" or "hidden".
        exclude: Names or paths of projects that are not sent, with * and ?.
        key: What aliases are made with; only this person's machines have it.
        home: Their home folder, written as ~.
    """

    projects: str = NAMES
    exclude: tuple[str, ...] = ()
    key: bytes = b""
    home: str = ""

    @property
    def fingerprint(self) -> str:
        """Tells whether projects are called otherwise than before."""
        parts = (self.projects, *sorted(self.exclude))
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hashlib.sha256(text).hexdigest()[:_DIGEST_LENGTH]


class NameAnonymizer:
    """
    Calls projects as a person wants it.

    Args:
        privacy: What is let out.
        paths: Those of all projects, among which a name is unique.
        account_folders: The Claude folder of each account, "" for the others.
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
        """Tell whether nothing of a project is sent."""
        home = self._privacy.home
        candidates = (self._labels.get(path, path), path)
        for pattern in self._privacy.exclude:
            if pattern.startswith("~"):
                pattern = home + pattern[1:]  # noqa: PLW2901
            if any(fnmatchcase(text, pattern) for text in candidates):
                return True
        return False

    def project_names(self) -> dict[str, str]:
        """Return what every project is called, by its path."""
        return {path: self.project_name(path) for path in self._labels}

    def project_name(self, path: str) -> str:
        """Return what a project is called."""
        name = sanitize_text(self._labels.get(path, path)).replace("/", "_")
        if self._privacy.projects == NAMES:
            return name[:_MAX_LENGTH]
        if self._privacy.projects == ALIASES:
            return f"p-{_compute_digest(self._privacy.key, name)}"
        return _HIDDEN

    def folder_name(self, path: str, account: str) -> str:
        """Return the project's transcript folder; "" where it is hidden."""
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
        """Return what this machine is called; "" where it is hidden."""
        visible_name = name if self._privacy.projects == NAMES else ""
        return sanitize_text(visible_name)[:_MAX_LENGTH]


def hash_account(account: str, salt: str) -> str:
    """
    Return what stands for a Claude account; "" for none.

    The salt is the receiver's, so that all of a person's machines say the
    same to it, and no two receivers hear the same.
    """
    return _compute_digest(salt.encode(), account) if account else ""


def _compute_digest(key: bytes, text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return hmac.new(key, data, "sha256").hexdigest()[:_DIGEST_LENGTH]
