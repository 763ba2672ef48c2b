"""
Decide which sessions are running, and which of them wait for the user.

Two sources are merged: the files that Claude Code keeps while a session runs,
and the last responses in the store. The files know best; where Claude Code
writes none, a session counts as running for a while after its last response.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.core.cost import NanoUsd
    from claude_tray.core.limit_hits import LimitHit
    from claude_tray.core.prompt_cache import PromptCache
    from claude_tray.core.sessions import LiveSession


class SessionState(StrEnum):
    """What a session does."""

    WAITING = "waiting"
    WORKING = "working"
    IDLE = "idle"
    ENDED = "ended"


# Claude Code writes at least one response a minute while it works.
_WORKING_MS: Final = 60_000
# Without its file, a session without a response for so long has ended.
_RUNNING_MS: Final = 10 * 60_000
# Sessions with a response within this time are listed after their end.
LISTED_MS: Final = 15 * 60_000
# Sessions that a limit cut off are listed for so long after its reset.
_CUT_OFF_MS: Final = 24 * 3_600_000
_ORDER: Final = tuple(SessionState)


class RunningSession(NamedTuple):
    """
    A session as Claude Code's file about it says.

    The title is the user's own words: it is never stored, logged or sent.

    Attributes:
        uuid: ID of the session.
        path: Its working directory.
        state: What it does; None if the file does not say.
        since_ms: Time since which it does so.
        title: Its name; empty without one.
        waiting_for: What it waits for, as "permission prompt"; may be empty.
        process_id: Its process.
    """

    uuid: str
    path: str
    state: SessionState | None
    since_ms: int
    title: str = ""
    waiting_for: str = ""
    process_id: int = 0


class SessionInUse(NamedTuple):
    """
    A session that is running or has just ended.

    Attributes:
        uuid: ID of the session.
        state: What it does.
        since_ms: Time since which it does so; after its end, and where only
            responses are known, the time of the last one.
        path: Its working directory, for the command that resumes it.
        project: Path under which its project is shown.
        title: Its name; empty if unknown.
        waiting_for: What it waits for; empty if it does not wait.
        model: Model ID of the last response; empty before the first.
        last_ms: Time of the last response; None before the first.
        cost: Cost of the last response; None if unknown.
        context_percent: Used part of the context window; None if unknown.
        branch: Git branch of its working directory; empty if unknown.
        cache: Its prompt cache; None if nothing is known about it.
    """

    uuid: str
    state: SessionState
    since_ms: int
    path: str
    project: str
    title: str = ""
    waiting_for: str = ""
    model: str = ""
    last_ms: int | None = None
    cost: NanoUsd | None = None
    context_percent: float | None = None
    branch: str = ""
    cache: PromptCache | None = None


class CutOffSession(NamedTuple):
    """
    A session that a limit has cut off, and that has not gone on since.

    Attributes:
        uuid: ID of the session.
        path: Its folder, for the command that resumes it.
        project: Path under which its project is shown.
        hit: The last message about the limit.
        title: Its name; empty if unknown, as after its end.
        is_open: Its process still runs.
    """

    uuid: str
    path: str
    project: str
    hit: LimitHit
    title: str = ""
    is_open: bool = False


class SessionCount(NamedTuple):
    """Number of sessions that run, and of those that wait for the user."""

    running: int = 0
    waiting: int = 0


NO_SESSIONS: Final = SessionCount()


def count_sessions(running: Iterable[RunningSession]) -> SessionCount:
    """Count sessions by their files."""
    states = [session.state for session in running]
    return SessionCount(len(states), states.count(SessionState.WAITING))


def list_resting(running: Iterable[RunningSession]) -> list[str]:
    """Return the IDs of sessions that do not work, by their files."""
    return [s.uuid for s in running if s.state is not SessionState.WORKING]


def select_cut_off(
    sessions: Iterable[CutOffSession],
    running: Iterable[RunningSession],
    now_ms: int,
) -> tuple[CutOffSession, ...]:
    """
    Return the sessions that are worth to be resumed, the latest first.

    Args:
        sessions: Sessions without a response since their last limit hit.
        running: From the files.
        now_ms: Current time; a day after the reset they are left out.
    """
    running_by_uuid = {session.uuid: session for session in running}
    listed = [
        session._replace(title=file.title, is_open=True) if file else session
        for session in sessions
        if now_ms - session.hit.end_ms < _CUT_OFF_MS
        for file in [running_by_uuid.get(session.uuid)]
    ]
    listed.sort(key=lambda session: (-session.hit.at_ms, session.uuid))
    return tuple(listed)


def merge_sessions(
    running: Iterable[RunningSession] | None,
    responses: Iterable[LiveSession],
    now_ms: int,
) -> tuple[SessionInUse, ...]:
    """
    Merge the files of sessions with their last responses.

    Args:
        running: From the files, those of processes that run; None if Claude
            Code writes no such files here.
        responses: Last responses, one of each session.
        now_ms: Current time.

    Returns:
        The sessions that wait first, then those that work, are idle and have
        ended; of each state, the latest change first.
    """
    by_uuid = {response.uuid: response for response in responses}
    merged = [
        _merge(session, by_uuid.get(session.uuid), now_ms)
        for session in running or ()
    ]
    known = {session.uuid for session in merged}
    merged += [
        _describe_response(response, now_ms, has_files=running is not None)
        for response in by_uuid.values()
        if response.uuid not in known and now_ms - response.last_ms < LISTED_MS
    ]
    merged.sort(key=lambda s: (_ORDER.index(s.state), -s.since_ms, s.uuid))
    return tuple(merged)


def _merge(
    session: RunningSession, response: LiveSession | None, now_ms: int
) -> SessionInUse:
    state = session.state
    if state is None:
        is_working = (
            response is not None and now_ms - response.last_ms < _WORKING_MS
        )
        state = SessionState.WORKING if is_working else SessionState.IDLE
    merged = SessionInUse(
        session.uuid,
        state,
        session.since_ms,
        session.path,
        response.project if response else session.path,
        session.title,
        session.waiting_for if state is SessionState.WAITING else "",
    )
    return _add_response(merged, response) if response else merged


def _describe_response(
    response: LiveSession, now_ms: int, *, has_files: bool
) -> SessionInUse:
    age_ms = now_ms - response.last_ms
    if has_files or age_ms >= _RUNNING_MS:
        state = SessionState.ENDED
    else:
        is_working = age_ms < _WORKING_MS
        state = SessionState.WORKING if is_working else SessionState.IDLE
    session = SessionInUse(
        response.uuid,
        state,
        response.last_ms,
        response.path,
        response.project,
    )
    return _add_response(session, response)


def _add_response(
    session: SessionInUse, response: LiveSession
) -> SessionInUse:
    return session._replace(
        model=response.model,
        last_ms=response.last_ms,
        cost=response.cost,
        context_percent=response.context_percent,
        cache=response.cache,
    )
