"""Describe the session that is running now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core import display_names, live_sessions, time
from claude_tray.presentation import live_text
from claude_tray.presentation.limit_text import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.live_sessions import CutOffSession, SessionCount
    from claude_tray.core.sessions import LiveSession
    from claude_tray.presentation.context import ViewContext


# The live page lists all.
_MAX_CUT_OFF: Final = 2


class NowRow(NamedTuple):
    """
    The session that was used in the last minutes.

    Attributes:
        title: "Now".
        project: Name of its project.
        details: Model, context and cost of the last response, as
            "Opus 4.5 · 41% context · last $0.12"; parts that are
            unknown are absent. While sessions wait: how many.
        tooltip: Number of sessions, then session, folder and time of the
            last response.
        session_id: For the command that resumes it.
        path: Its folder.
        is_running: A limit has cut it off otherwise.
    """

    title: str
    project: str
    details: str
    tooltip: str
    session_id: str
    path: str
    is_running: bool = True


def build_now_row(
    session: LiveSession | None,
    context: ViewContext,
    count: SessionCount = live_sessions.NO_SESSIONS,
    branch: str = "",
) -> NowRow | None:
    """
    Build the row of a running session; None without one.

    Args:
        session: The session that was used last.
        context: Time and form of the view.
        count: All sessions that run.
        branch: Its Git branch; empty if unknown.
    """
    if session is None:
        return None
    gettext, translator = context.translator.gettext, context.translator
    waiting = live_text.format_waiting_count(count, translator)
    details = [display_names.format_model_name(session.model)]
    if session.context_percent is not None:
        percent = translator.format_percent(session.context_percent)
        details.append(gettext("{percent} context", percent=percent))
    if session.cost is not None:
        cost = translator.format_money(session.cost)
        details.append(gettext("last {cost}", cost=cost))
    responded_at = time.from_epoch_ms(session.last_ms)
    response_text = gettext(
        "Last response at {time}", time=context.format_time(responded_at)
    )
    tooltip = (
        live_text.format_session_count(count, translator),
        SEPARATOR.join(details) if waiting else "",
        session.uuid,
        session.path,
        gettext("Branch {name}", name=branch) if branch else "",
        response_text,
        live_text.format_prompt_cache(session.cache, context.now, translator)
        if session.cache
        else "",
    )
    return NowRow(
        gettext("Now"),
        display_names.build_unique_labels([session.project])[session.project],
        # What needs the user displaces what is only good to know.
        waiting or SEPARATOR.join(details),
        "\n".join(filter(None, tooltip)),
        session.uuid,
        session.path,
    )


def build_cut_off_rows(
    sessions: Sequence[CutOffSession], context: ViewContext
) -> tuple[NowRow, ...]:
    """Build a row of each of the latest sessions that a limit has cut off."""
    gettext = context.translator.gettext
    return tuple(
        NowRow(
            gettext("Cut off"),
            row.project,
            SEPARATOR.join((row.limit, row.at)),
            "\n".join(
                filter(
                    None,
                    (
                        row.session.title,
                        gettext("Available: {time}", time=row.until)
                        if row.until
                        else "",
                        row.session.uuid,
                        row.session.path,
                    ),
                )
            ),
            row.session.uuid,
            row.session.path,
            is_running=False,
        )
        for row in live_text.build_cut_off_rows(
            sessions[:_MAX_CUT_OFF], context
        )
    )
