"""
Define the messages between commands and the running tray.

Each message is one line of JSON on the single-instance socket. Version 0.1.0
sent bare words instead: its `quit` and `show` are still understood, and it
answers everything it does not understand with `LEGACY_REPLY`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from claude_tray.protocol.codec import DECODE_ERRORS

if TYPE_CHECKING:
    from claude_tray.ingest.result import IngestResult


class _Command(msgspec.Struct, frozen=True, tag_field="command"):
    """Base of the commands."""


class QuitTray(_Command, frozen=True, tag="quit"):
    """End the tray."""


class ShowPopup(_Command, frozen=True, tag="show"):
    """Open the popup."""


class TogglePopup(_Command, frozen=True, tag="toggle"):
    """Open the popup, or close it."""


class ReportStatus(_Command, frozen=True, tag="status"):
    """Reply at all."""


class CountWatches(_Command, frozen=True, tag="watched"):
    """Reply with the number of watched folders."""


class ReloadSettings(_Command, frozen=True, tag="reload-settings"):
    """Read the settings file now."""


class SyncNow(_Command, frozen=True, tag="sync"):
    """Send pending usage now."""


class ShowNotification(_Command, frozen=True, tag="notify"):
    """
    Show a notification, as a test.

    Attributes:
        title: Its text, already translated.
    """

    title: str


class RefreshStore(_Command, frozen=True, tag="refresh"):
    """
    Read new transcripts and reply when they are committed.

    Attributes:
        folders: The Claude folders that the command reads; a tray that
            follows other ones declines.
    """

    folders: tuple[str, ...]


class DescribeStatus(_Command, frozen=True, tag="describe"):
    """
    Reply with what bars show.

    Attributes:
        folders: The Claude folders that the command reads; a tray that
            follows other ones declines.
        language: Language code of the texts.
        is_24h: Whether they have a 24-hour clock.
        shows_remaining: Whether percentages are those left.
        currency: Currency of costs, as "0.92 EUR"; empty for US dollars.
    """

    folders: tuple[str, ...]
    language: str
    is_24h: bool
    shows_remaining: bool
    currency: str = ""


class PrintLine(_Command, frozen=True, tag="print-line"):
    """
    Reply with the line that `status` prints for this option.

    Attributes:
        option: "format" or "field".
        value: Value of the option, as "waybar".
        environment: The command's variables that the line depends on; a tray
            with other ones declines.
    """

    option: str
    value: str
    environment: dict[str, str]


class PrintStatus(_Command, frozen=True, tag="print-status"):
    """
    Reply with all that `status` prints.

    Attributes:
        environment: The command's variables that it depends on; a tray with
            other ones declines.
        version: The command's; a tray of another version declines.
        encoding: Encoding of the output.
        is_json: As with `--json`.
        width: Columns of the terminal; 0 for a pipe or file.
    """

    environment: dict[str, str]
    version: str
    encoding: str
    is_json: bool
    width: int


class _Reply(msgspec.Struct, frozen=True, tag_field="reply"):
    """Base of the replies."""


class Accepted(_Reply, frozen=True, tag="ok"):
    """The command is done or under way."""


class Declined(_Reply, frozen=True, tag="declined"):
    """
    The tray cannot run the command; the caller runs it by itself.

    Attributes:
        reason: Text for the log.
    """

    reason: str


class WatchCount(_Reply, frozen=True, tag="watched"):
    """
    Number of watched folders.

    Attributes:
        folders: None where the system does not report it.
    """

    folders: int | None


class RefreshDone(_Reply, frozen=True, tag="refreshed"):
    """Fields of the tray's `IngestResult`."""

    files_read: int
    bytes_read: int
    added: int
    updated: int
    bad_lines: int
    oversized_lines: int

    @classmethod
    def from_result(cls, result: IngestResult) -> RefreshDone:
        return cls(
            files_read=result.files_read,
            bytes_read=result.bytes_read,
            added=result.added,
            updated=result.updated,
            bad_lines=result.bad_lines,
            oversized_lines=result.oversized_lines,
        )


class StatusDescribed(_Reply, frozen=True, tag="described"):
    """Fields of the tray's `StatusValues`."""

    text: str
    tooltip: str
    percent: int | None
    fields: dict[str, str]


class LinePrinted(_Reply, frozen=True, tag="line"):
    """The text to print, without the end of its last line."""

    text: str


TrayCommand = (
    QuitTray
    | ShowPopup
    | TogglePopup
    | ReportStatus
    | CountWatches
    | ReloadSettings
    | SyncNow
    | ShowNotification
    | RefreshStore
    | DescribeStatus
    | PrintLine
    | PrintStatus
)
TrayReply = (
    Accepted
    | Declined
    | WatchCount
    | RefreshDone
    | StatusDescribed
    | LinePrinted
)

_COMMAND_DECODER: Final = msgspec.json.Decoder(TrayCommand)
_REPLY_DECODER: Final = msgspec.json.Decoder(TrayReply)


def encode_message(message: TrayCommand | TrayReply) -> str:
    return msgspec.json.encode(message).decode()


def parse_command(line: str) -> TrayCommand | None:
    """Parse a command; None for one that this version does not have."""
    try:
        command: TrayCommand = _COMMAND_DECODER.decode(line)
    except DECODE_ERRORS:
        return None
    return command


def parse_reply(line: str) -> TrayReply | None:
    """Parse a reply; None for one of another version."""
    try:
        reply: TrayReply = _REPLY_DECODER.decode(line)
    except DECODE_ERRORS:
        return None
    return reply
