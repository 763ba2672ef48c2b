"""Describe the session that is running now."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.core.display_names import (
    build_unique_labels,
    format_model_name,
)
from claude_tray.core.time import from_epoch_ms
from claude_tray.presentation.limit_text import SEPARATOR

if TYPE_CHECKING:
    from claude_tray.core.sessions import LiveSession
    from claude_tray.presentation.context import ViewContext


class NowRow(NamedTuple):
    """
    The session that was used in the last minutes.

    Attributes:
        title: "Now".
        project: Name of its project.
        details: Model, context and cost of the last response, as
            "Opus 4.5 · 41% context · last $0.12"; parts that are
            unknown are absent.
        tooltip: Session, folder and time of the last response.
        session_id: For the command that resumes it.
        path: Its folder.
    """

    title: str
    project: str
    details: str
    tooltip: str
    session_id: str
    path: str


def build_now_row(
    session: LiveSession | None, context: ViewContext
) -> NowRow | None:
    """Build the row of a running session; None without one."""
    if session is None:
        return None
    gettext, translator = context.translator.gettext, context.translator
    details = [format_model_name(session.model)]
    if session.context_percent is not None:
        percent = translator.format_percent(session.context_percent)
        details.append(gettext("{percent} context", percent=percent))
    if session.cost is not None:
        cost = translator.format_money(session.cost)
        details.append(gettext("last {cost}", cost=cost))
    responded_at = from_epoch_ms(session.last_ms)
    time = gettext(
        "Last response at {time}", time=context.format_time(responded_at)
    )
    return NowRow(
        gettext("Now"),
        build_unique_labels([session.project])[session.project],
        SEPARATOR.join(details),
        f"{session.uuid}\n{session.path}\n{time}",
        session.uuid,
        session.path,
    )
