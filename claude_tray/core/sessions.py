"""Define sessions as lists and the live row show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from claude_tray.core.cost import NanoUsd, Totals
    from claude_tray.core.prompt_cache import PromptCache


class PeriodSession(NamedTuple):
    """
    Usage of a session within a period.

    Attributes:
        uuid: ID of the session.
        path: Path of its project, for the command that resumes it.
        project: Path under which the project is shown.
        last_ms: Time of its last record, also if that is later.
        totals: Usage within the period.
    """

    uuid: str
    path: str
    project: str
    last_ms: int
    totals: Totals


class SessionRanking(NamedTuple):
    """
    The first sessions, and the number of all.

    Attributes:
        is_by_time: The newest ones come first, else the most expensive ones.
    """

    sessions: tuple[PeriodSession, ...] = ()
    total: int = 0
    is_by_time: bool = False


class LiveSession(NamedTuple):
    """
    A session and its last response.

    Attributes:
        uuid: ID of the session.
        path: Path of its project, for the command that resumes it.
        project: Path under which the project is shown.
        model: Model ID of the last response.
        last_ms: Its time.
        cost: Its cost; None if its price is unknown.
        context_percent: Used part of the context window, as the status line
            reported in the same minutes; None if it did not.
        cache: Its prompt cache; None if nothing is known about it.
    """

    uuid: str
    path: str
    project: str
    model: str
    last_ms: int
    cost: NanoUsd | None
    context_percent: float | None
    cache: PromptCache | None = None
