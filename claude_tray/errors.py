"""
Define every error that this program raises on purpose.

* ClaudeTrayError
  * UsageError
  * SettingsError
  * StoreError
    * StoreTooNewError
    * StoreFullError
    * StoreLockedError
    * StoreCorruptError
  * ContractError
  * SyncError
    * SyncDelayedError
    * SyncRefusedError
    * SyncMisconfiguredError
  * DesktopError
    * NoTrayError
"""

from __future__ import annotations


class ClaudeTrayError(Exception):
    """
    Base class of errors with a message for the user.

    Args:
        summary: What happened, in one short sentence.
        hint: What the user can do about it; may be empty.
    """

    def __init__(self, summary: str, *, hint: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.hint = hint


class UsageError(ClaudeTrayError):
    """The requested object does not exist, such as a project or session."""


class SettingsError(ClaudeTrayError):
    """A setting is invalid; the summary names its key."""


class StoreError(ClaudeTrayError):
    """The local database cannot be opened, read or written."""


class StoreTooNewError(StoreError):
    """A newer version of this program has written the database."""


class StoreFullError(StoreError):
    """The disk is full; the database can still be read."""


class StoreLockedError(StoreError):
    """Another program is writing; the database can still be read."""


class StoreCorruptError(StoreError):
    """The database is damaged; it can be rebuilt from the transcripts."""


class ContractError(ClaudeTrayError):
    """Received data has an unexpected format."""


class SyncError(ClaudeTrayError):
    """Usage could not be sent; it is kept and sent later."""


class SyncDelayedError(SyncError):
    """The server cannot be reached or is busy; retry later."""


class SyncRefusedError(SyncError):
    """The server rejects the token; the user must sign in again."""


class SyncMisconfiguredError(SyncError):
    """The address or the server behind it is wrong."""


class DesktopError(ClaudeTrayError):
    """The desktop did not do what was requested."""


class NoTrayError(DesktopError):
    """There is no display, or no tray host to show an icon in."""
