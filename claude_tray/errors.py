"""
Every error this program raises on purpose.

* ClaudeTrayError
  * UsageError
  * SettingsError
  * StoreError
    * StoreTooNewError
    * StoreFullError
    * StoreHeldError
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
    Something went wrong that a person can be told about.

    Args:
        summary: What happened, in one short sentence.
        hint: What the person can do about it; empty where there is nothing.
    """

    def __init__(self, summary: str, *, hint: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.hint = hint


class UsageError(ClaudeTrayError):
    """What was asked for does not exist, as an unknown project or session."""


class SettingsError(ClaudeTrayError):
    """The settings cannot be used; the summary names the key."""


class StoreError(ClaudeTrayError):
    """The local store could not be opened, read or written."""


class StoreTooNewError(StoreError):
    """A newer version of this program wrote the store."""


class StoreFullError(StoreError):
    """There is no room left to write; what is stored can still be read."""


class StoreLockedError(StoreError):
    """Another program writes; what is stored can still be read."""


class StoreCorruptError(StoreError):
    """The store's file is damaged; it can be rebuilt from the transcripts."""


class ContractError(ClaudeTrayError):
    """What came over the wire has another shape than agreed."""


class SyncError(ClaudeTrayError):
    """Usage could not be forwarded; it is kept and sent later."""


class SyncDelayedError(SyncError):
    """The other side cannot be reached or is busy: try again later."""


class SyncRefusedError(SyncError):
    """The token is refused: a person must sign in again."""


class SyncMisconfiguredError(SyncError):
    """The address or the receiver is not what it should be."""


class DesktopError(ClaudeTrayError):
    """The desktop would not do what it was asked."""


class NoTrayError(DesktopError):
    """No display, or no tray host to show an icon in."""
