"""Collect advice for users, such as transcripts about to be deleted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.cost import ZERO_COST, NanoUsd
from claude_tray.core.live_sessions import (
    NO_SESSIONS,
    SessionCount,
    count_sessions,
    list_resting,
)
from claude_tray.core.prompt_cache import RestingSession
from claude_tray.core.snapshot import Retention
from claude_tray.ingest import live_sessions
from claude_tray.ingest.config import EngineConfig, unfollowed_folders
from claude_tray.store import cursors, live_session
from claude_tray.store.cost_checks import load_pending_costs

if TYPE_CHECKING:
    from claude_tray.store.connection import Reader, Writer


_WARNING_DAYS: Final = 3
_DAY_MS: Final = 86_400_000
_DAY_NS: Final = 86_400 * 10**9


class Advisories(NamedTuple):
    """
    Snapshot fields that are only updated by rescans.

    Attributes:
        unfollowed_folders: Folders with sessions that are not followed.
        retention: Transcripts about to be deleted; None without any.
        pending_cost: What open sessions cost beyond their transcripts, as
            the status line reported within a day.
        sessions: Number of sessions that run and wait.
        resting: Sessions that run and do not work, with their prompt caches.
    """

    unfollowed_folders: tuple[str, ...] = ()
    retention: Retention | None = None
    pending_cost: NanoUsd = ZERO_COST
    sessions: SessionCount = NO_SESSIONS
    resting: tuple[RestingSession, ...] = ()


def collect_advisories(
    reader: Reader | Writer,
    config: EngineConfig,
    now_ms: int,
) -> Advisories:
    """Return the advice that applies now."""
    folders = unfollowed_folders(reader, config, now_ms)
    running = live_sessions.read_running(config) or ()
    return Advisories(
        tuple(path for path in folders if Path(path).is_dir()),
        compute_retention(reader, config, now_ms),
        NanoUsd(sum(load_pending_costs(reader, now_ms - _DAY_MS).values())),
        count_sessions(running),
        live_session.load_resting(reader, list_resting(running)),
    )


def update_sessions(
    advisories: Advisories, config: EngineConfig, changed_paths: list[str]
) -> Advisories:
    """List sessions again if a folder of their files has changed."""
    folders = live_sessions.list_session_folders(config)
    if folders.isdisjoint(changed_paths):
        return advisories
    running = live_sessions.read_running(config) or ()
    # Their caches follow when it is published.
    return advisories._replace(
        sessions=count_sessions(running),
        resting=tuple(map(RestingSession, list_resting(running))),
    )


def load_fields(
    advisories: Advisories, reader: Reader | Writer
) -> dict[str, Any]:
    """Return the fields of the snapshot, with the latest prompt caches."""
    resting = [session.uuid for session in advisories.resting]
    loaded = live_session.load_resting(reader, resting)
    return advisories._replace(resting=loaded)._asdict()


def compute_retention(
    reader: Reader | Writer,
    config: EngineConfig,
    now_ms: int,
) -> Retention | None:
    """Count the transcripts due for deletion within three days, if any."""
    periods, file_count, saved_count = [], 0, 0
    for folder in config.folders:
        period = folder.provider.load_retention_days(folder.path)
        if period is None:
            continue
        expiring, saved = cursors.count_files_before(
            reader,
            folder.root,
            now_ms * 10**6 - (period - _WARNING_DAYS) * _DAY_NS,
        )
        periods.append(period)
        file_count += expiring
        saved_count += saved
    return (
        Retention(min(periods), file_count, saved_count)
        if file_count
        else None
    )
