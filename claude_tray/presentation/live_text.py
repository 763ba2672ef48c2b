"""Describe the sessions that are running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.display_names import format_model_name
from claude_tray.core.live_sessions import SessionState
from claude_tray.errors import gettext_noop
from claude_tray.presentation.limit_text import SEPARATOR

if TYPE_CHECKING:
    from claude_tray.core.live_sessions import SessionCount, SessionInUse
    from claude_tray.i18n.translator import Translator


_STATE_NAMES: Final = {
    SessionState.WAITING: gettext_noop("waits for you"),
    SessionState.WORKING: gettext_noop("working"),
    SessionState.IDLE: gettext_noop("idle"),
    SessionState.ENDED: gettext_noop("ended"),
}
# What Claude Code writes about what it waits for.
_REASONS: Final = {
    "permission prompt": gettext_noop("asks for permission"),
}


def format_session_count(count: SessionCount, translator: Translator) -> str:
    """Say how many sessions run and wait; empty if none runs."""
    if not count.running:
        return ""
    parts = [
        translator.ngettext(
            "{n} session running",
            "{n} sessions running",
            count.running,
        )
    ]
    parts.append(format_waiting_count(count, translator))
    return SEPARATOR.join(filter(None, parts))


def format_waiting_count(count: SessionCount, translator: Translator) -> str:
    """Say how many sessions wait for the user; empty if none does."""
    if not count.waiting:
        return ""
    return translator.ngettext(
        "{n} waits for you", "{n} wait for you", count.waiting
    )


def format_session_state(session: SessionInUse, translator: Translator) -> str:
    """Say what a session does, as "waits for you: asks for permission"."""
    name = translator.gettext(_STATE_NAMES[session.state])
    if not session.waiting_for:
        return name
    reason = _REASONS.get(session.waiting_for)
    return translator.gettext(
        "{state}: {reason}",
        state=name,
        reason=translator.gettext(reason) if reason else session.waiting_for,
    )


def format_session_model(session: SessionInUse) -> str:
    """Return the readable name of a session's model; empty if unknown."""
    return format_model_name(session.model) if session.model else ""
