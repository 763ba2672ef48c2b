"""Describe the sessions that are running."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core import display_names, snapshot, time
from claude_tray.core.live_sessions import (
    CutOffSession,
    SessionInUse,
    SessionState,
)
from claude_tray.errors import gettext_noop
from claude_tray.presentation.limit_text import SEPARATOR, format_limit_name
from claude_tray.presentation.page_paths import build_resume_command

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from claude_tray.core.live_sessions import SessionCount
    from claude_tray.core.prompt_cache import PromptCache, WakeCost
    from claude_tray.i18n.translator import Translator
    from claude_tray.presentation.context import ViewContext


_SHORT_ID_LENGTH: Final = 8
# Relative error up to which one figure says it.
_PRECISE: Final = 0.35
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


class CutOffRow(NamedTuple):
    """
    A session that a limit has cut off.

    Attributes:
        session: The session.
        title: Its name, else the beginning of its ID.
        project: Name of its project.
        limit: The limit, as "5 hours".
        at: When it was cut off.
        until: When it can go on: the reset, or "now"; empty if unknown.
        command: Command that resumes it.
    """

    session: CutOffSession
    title: str
    project: str
    limit: str
    at: str
    until: str
    command: str


def build_cut_off_rows(
    sessions: Sequence[CutOffSession], context: ViewContext
) -> tuple[CutOffRow, ...]:
    """Describe the sessions that a limit has cut off."""
    labels = display_names.build_unique_labels(
        [session.project for session in sessions]
    )
    return tuple(
        CutOffRow(
            session,
            format_session_title(session),
            labels[session.project],
            format_limit_name(
                snapshot.BlockingLimit(
                    None, session.hit.kind, session.hit.scope
                ),
                context,
            )
            or context.translator.gettext("Unknown"),
            context.format_time(time.from_epoch_ms(session.hit.at_ms)),
            _format_reset(session, context),
            build_resume_command(session.path, session.uuid),
        )
        for session in sessions
    )


def format_session_title(session: SessionInUse | CutOffSession) -> str:
    """Return the name of a session, else the beginning of its ID."""
    return session.title or session.uuid[:_SHORT_ID_LENGTH]


def _format_reset(session: CutOffSession, context: ViewContext) -> str:
    end_ms = session.hit.known_end_ms
    if end_ms is None:
        return ""
    end = time.from_epoch_ms(end_ms)
    if end <= context.now:
        return context.translator.gettext("now")
    return context.format_time(end)


def format_prompt_cache(
    cache: PromptCache,
    now: datetime,
    translator: Translator,
    wake: WakeCost | None = None,
) -> str:
    """
    Say when a prompt cache goes cold, and what waking the session takes.

    Args:
        cache: The prompt cache.
        now: Current time.
        translator: Language and formats.
        wake: Points of the 5-hour limit; None if unknown.
    """
    gettext = translator.gettext
    tokens = translator.format_tokens(cache.tokens)
    if wake is None:
        cost = gettext("waking it takes {tokens} tokens", tokens=tokens)
    elif wake.error < _PRECISE * wake.points or wake.points < 1:
        cost = gettext(
            "waking it takes {tokens} tokens, about {percent} of the 5-hour"
            " limit",
            tokens=tokens,
            percent=_format_share(wake.points, translator),
        )
    else:
        cost = gettext(
            "waking it takes {tokens} tokens, {low} to {high} of the 5-hour"
            " limit",
            tokens=tokens,
            low=_format_share(max(0.0, wake.points - wake.error), translator),
            high=_format_share(wake.points + wake.error, translator),
        )
    left = time.from_epoch_ms(cache.expires_ms) - now
    if left <= timedelta(0):
        return gettext("Prompt cache is cold: {cost}", cost=cost)
    values = {"duration": translator.format_duration(left), "cost": cost}
    if not cache.is_reported:
        return gettext(
            "Prompt cache probably goes cold in {duration}: {cost}", **values
        )
    return gettext("Prompt cache goes cold in {duration}: {cost}", **values)


def format_running_cache(
    session: SessionInUse,
    now: datetime,
    translator: Translator,
    wakes: Mapping[str, WakeCost],
) -> str:
    """
    Say when the prompt cache of a session that runs goes cold.

    Args:
        session: The session.
        now: Current time.
        translator: Language and formats.
        wakes: What waking takes, by session.

    Returns:
        A sentence; empty if the session has ended or nothing is known.
    """
    if session.state is SessionState.ENDED or session.cache is None:
        return ""
    wake = wakes.get(session.uuid)
    return format_prompt_cache(session.cache, now, translator, wake)


def list_running_caches(
    sessions: Iterable[SessionInUse],
    now: datetime,
    translator: Translator,
    wakes: Mapping[str, WakeCost],
) -> list[str]:
    """Name each session that runs, and say when its cache goes cold."""
    return [
        translator.gettext(
            "{session}: {sentence}",
            session=format_session_title(session),
            sentence=sentence,
        )
        for session in sessions
        if (sentence := format_running_cache(session, now, translator, wakes))
    ]


def format_next_cold(
    sessions: Iterable[SessionInUse],
    now: datetime,
    translator: Translator,
    wakes: Mapping[str, WakeCost],
) -> str:
    """Say which cache goes cold next; empty if none that is warm is known."""
    now_ms = time.to_epoch_ms(now)
    warm = [
        (session.cache.expires_ms, session.uuid, session)
        for session in sessions
        if session.state is not SessionState.ENDED
        and session.cache is not None
        and session.cache.is_warm(now_ms)
    ]
    warm.sort(key=lambda item: item[:2])
    first = [session for *_, session in warm[:1]]
    return "".join(list_running_caches(first, now, translator, wakes))


def _format_share(points: float, translator: Translator) -> str:
    """Format a share of the limit; a small one as "<1%"."""
    text = translator.format_percent(max(1.0, points))
    return text if points >= 1 else f"<{text}"


def format_session_model(session: SessionInUse) -> str:
    """Return the readable name of a session's model; empty if unknown."""
    return (
        display_names.format_model_name(session.model) if session.model else ""
    )
