"""
Load the sessions that are running, for everything that shows them.

Their files are read when they are shown: the titles in them are the user's own
words and go no further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.core.live_sessions import (
    LISTED_MS,
    CutOffSession,
    RunningSession,
    SessionInUse,
    merge_sessions,
    select_cut_off,
)
from claude_tray.core.prompt_cache import WakeCost, compute_wake_cost
from claude_tray.ingest.config import (
    EngineConfig,
    cached_accounts,
    list_accounts,
)
from claude_tray.ingest.git_folders import read_branches
from claude_tray.store import fit_basis, live_session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.store.connection import Reader


def list_session_folders(config: EngineConfig) -> set[str]:
    """Return the folders with files of running sessions."""
    folders = (
        folder.provider.get_session_folder(folder.path)
        for folder in config.folders
    )
    return {str(folder) for folder in folders if folder is not None}


def read_running(config: EngineConfig) -> list[RunningSession] | None:
    """Return the sessions that run; None if no folder names them."""
    found = [
        folder.provider.read_running_sessions(folder.path)
        for folder in config.folders
    ]
    known = [sessions for sessions in found if sessions is not None]
    if not known:
        return None
    # Two followed folders may be links to one.
    sessions = (session for group in known for session in group)
    return list({s.process_id: s for s in sessions}.values())


class LiveSessions(NamedTuple):
    """
    What is running, and what a limit has stopped.

    Attributes:
        in_use: Sessions that run, and those that have just ended.
        cut_off: Sessions that a limit has cut off.
    """

    in_use: tuple[SessionInUse, ...] = ()
    cut_off: tuple[CutOffSession, ...] = ()


def load_live(
    reader: Reader, config: EngineConfig, now_ms: int
) -> LiveSessions:
    """
    Load all sessions that are listed as live, with their branches.

    Args:
        reader: Open store.
        config: Followed folders.
        now_ms: Current time.
    """
    running = read_running(config)
    in_use = _load_in_use(reader, running, now_ms)
    branches = read_branches(session.path for session in in_use)
    cut_off = live_session.list_cut_off(reader, now_ms)
    return LiveSessions(
        tuple(s._replace(branch=branches.get(s.path, "")) for s in in_use),
        select_cut_off(cut_off, running or (), now_ms),
    )


def load_cut_off(
    reader: Reader, config: EngineConfig, now_ms: int
) -> tuple[CutOffSession, ...]:
    """Load the sessions that a limit has cut off."""
    found = live_session.list_cut_off(reader, now_ms)
    # No file is read without need.
    running = read_running(config) if found else None
    return select_cut_off(found, running or (), now_ms)


def load_sessions(
    reader: Reader, config: EngineConfig, now_ms: int
) -> tuple[SessionInUse, ...]:
    """
    Load the sessions that run and those that have just ended.

    Args:
        reader: Open store.
        config: Followed folders.
        now_ms: Current time.
    """
    return _load_in_use(reader, read_running(config), now_ms)


def _load_in_use(
    reader: Reader, running: list[RunningSession] | None, now_ms: int
) -> tuple[SessionInUse, ...]:
    responses = live_session.list_last_responses(
        reader, [s.uuid for s in running or ()], now_ms - LISTED_MS
    )
    return merge_sessions(running, responses, now_ms)


def load_wake_costs(
    reader: Reader,
    config: EngineConfig,
    sessions: Iterable[SessionInUse],
    now_ms: int,
) -> dict[str, WakeCost]:
    """
    Return what waking each session takes of the 5-hour limit, if learned.

    With several accounts it is not known: their limits differ.
    """
    accounts = list_accounts(cached_accounts(reader, config))
    if len(accounts) != 1:
        return {}
    basis = fit_basis.load_basis(reader, accounts[0])
    costs = {
        session.uuid: compute_wake_cost(
            session.cache,
            session.model,
            now_ms,
            config.prices,
            basis.weights if basis else None,
        )
        for session in sessions
        if session.cache is not None
    }
    return {uuid: cost for uuid, cost in costs.items() if cost is not None}
