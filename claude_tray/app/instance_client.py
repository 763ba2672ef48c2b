"""Send commands to the running tray."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.platform.single_instance import (
    send_command,
    send_command_with_retry,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from claude_tray.ingest.result import IngestResult
    from claude_tray.presentation.context import ViewContext
    from claude_tray.presentation.status_bar import StatusValues


LEGACY_REPLY: Final = "running"
_TIMEOUT_SECONDS: Final = 5.0
# Longer than the tray waits for its own ingest, so that it can decline.
_REFRESH_TIMEOUT_SECONDS: Final = 60.0


def is_tray_running(folder: Path) -> bool:
    """Return whether a tray replies; `folder` holds the instance's files."""
    return _send(folder, "status") is not None


def request_quit(folder: Path) -> bool:
    """Return whether a tray has received the request."""
    return _send(folder, "quit") is not None


def request_sync(folder: Path) -> bool:
    """Return whether a tray has received the request."""
    return _send(folder, "sync") is not None


def request_notification(folder: Path, title: str) -> bool:
    """Return whether a tray shows a notification with this text."""
    from claude_tray.app.instance_messages import (
        ShowNotification,
        encode_message,
    )

    line = encode_message(ShowNotification(title))
    return send_command(folder, line, _TIMEOUT_SECONDS) is not None


def request_settings_reload(folder: Path) -> bool:
    """Return whether a tray has received the request; it also polls."""
    return _send(folder, "reload-settings") is not None


def request_popup(folder: Path, *, waits_for_start: bool = False) -> bool:
    """
    Return whether a tray has received the request.

    Args:
        folder: Folder of the instance's files.
        waits_for_start: Retry for five seconds; the tray may be starting.
    """
    return _send(folder, "show", waits_for_start=waits_for_start) is not None


def request_popup_toggle(folder: Path) -> bool:
    """Return whether a tray has received the request."""
    return _send(folder, "toggle") is not None


def request_watch_count(folder: Path) -> int | None:
    """Return how many folders the tray watches; None without a tray."""
    # Late: the requests above need no reply parsed, and msgspec takes 50 ms.
    from claude_tray.app.instance_messages import WatchCount, parse_reply

    reply = parse_reply(_send(folder, "watched") or "")
    return reply.folders if isinstance(reply, WatchCount) else None


def request_refresh(
    folder: Path, claude_folders: Sequence[Path]
) -> IngestResult | None:
    """
    Have the tray read new transcripts.

    Returns:
        The counters; None without a tray, or if it declines or does not
        understand: the caller reads by itself then.
    """
    import msgspec

    from claude_tray.app.instance_messages import (
        RefreshDone,
        RefreshStore,
        encode_message,
        parse_reply,
    )
    from claude_tray.ingest.result import IngestResult

    command = RefreshStore(tuple(map(str, claude_folders)))
    line = send_command(
        folder, encode_message(command), _REFRESH_TIMEOUT_SECONDS
    )
    reply = parse_reply(line or "")
    if not isinstance(reply, RefreshDone):
        return None
    return IngestResult(**msgspec.structs.asdict(reply))


def request_status_values(
    folder: Path,
    claude_folders: Sequence[Path],
    context: ViewContext,
    currency: str = "",
) -> StatusValues | None:
    """
    Have the tray say what bars show.

    Args:
        folder: Folder of the instance's files.
        claude_folders: The Claude folders that the command reads.
        context: Gives language, clock and form of percentages.
        currency: Currency of costs, as "0.92 EUR"; empty for US dollars.

    Returns:
        None without a tray, or if it declines or does not understand: the
        caller reads by itself then.
    """
    from claude_tray.app.instance_messages import (
        DescribeStatus,
        StatusDescribed,
        encode_message,
        parse_reply,
    )
    from claude_tray.presentation.status_bar import StatusValues

    command = DescribeStatus(
        tuple(map(str, claude_folders)),
        context.translator.language,
        context.translator.locale.is_24h,
        context.shows_remaining,
        currency,
    )
    line = send_command(folder, encode_message(command), _TIMEOUT_SECONDS)
    reply = parse_reply(line or "")
    if not isinstance(reply, StatusDescribed):
        return None
    return StatusValues(reply.text, reply.tooltip, reply.percent, reply.fields)


def _send(
    folder: Path, name: str, *, waits_for_start: bool = False
) -> str | None:
    """Send a command without fields; return the reply."""
    send = send_command_with_retry if waits_for_start else send_command
    reply = send(folder, f'{{"command":"{name}"}}', _TIMEOUT_SECONDS)
    if reply == LEGACY_REPLY:
        # Version 0.1.0 understands bare words only.
        return send_command(folder, name, _TIMEOUT_SECONDS)
    return reply
