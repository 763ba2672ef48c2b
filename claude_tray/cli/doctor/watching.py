"""What the doctor finds of how changes in the transcripts are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.app.instance_client import request_watch_count
from claude_tray.cli.doctor.finding import Finding
from claude_tray.ingest.rescan_scheduler import DEGRADED_INTERVAL_SECONDS
from claude_tray.providers.registry import index_by_root
from claude_tray.watching.limits import (
    network_fs_type,
    user_watch_counts,
    user_watch_limits,
)

if TYPE_CHECKING:
    from claude_tray.app.context import AppContext
    from claude_tray.watching.limits import InotifyCounts


# What a distribution that has met the limit allows.
_RECOMMENDED_LIMITS: Final = {"watches": 524_288, "instances": 1_024}


class WatchCoverage(NamedTuple):
    """
    What is watched, and what might be.

    Attributes:
        folders: How many there are.
        watched: How many of them the tray watches; None where none runs.
        network_filesystems: Folders on shares, and of what kind those are.
        limits: What one user may have.
        usage: What this user's programs have.
        rescan_seconds: The longest time between two looks.
    """

    folders: int
    watched: int | None
    network_filesystems: dict[str, str]
    limits: InotifyCounts
    usage: InotifyCounts
    rescan_seconds: int


def check_watch_coverage(context: AppContext, folders: int) -> Finding:
    """Tell which changes are told, and which only a look finds."""
    roots = sorted(index_by_root(context.engine_config().folders))
    return format_watch_finding(
        WatchCoverage(
            folders,
            request_watch_count(context.paths.state_folder),
            {root: kind for root in roots if (kind := network_fs_type(root))},
            user_watch_limits(),
            user_watch_counts(),
            context.settings.general_look_every_seconds,
        ),
    )


def format_watch_finding(coverage: WatchCoverage) -> Finding:
    """Put in words what was found."""
    limits, usage = coverage.limits, coverage.usage
    value = {
        "folders": coverage.folders,
        "watched": coverage.watched,
        "shares": [
            {"path": p, "kind": k}
            for p, k in coverage.network_filesystems.items()
        ],
        "most": limits.watches,
        "used": usage.watches,
        "instances_most": limits.instances,
        "instances_used": usage.instances,
    }
    rescans = f"looked at every {DEGRADED_INTERVAL_SECONDS:.0f} to {coverage.rescan_seconds} s."
    lines = [f"{coverage.folders:,} folders"]
    if limits.watches is not None:
        lines[0] += f", {limits.watches:,} watches allowed"
    if usage.watches is not None:
        lines[0] += f", {usage.watches:,} in use"
    if coverage.watched is not None and coverage.watched < coverage.folders:
        lines.append(
            f"only {coverage.watched:,} are watched; all are {rescans}"
        )
    lines += [
        f"{path} is a share ({kind}), where nobody tells of what other"
        f" machines write: {rescans}"
        for path, kind in coverage.network_filesystems.items()
    ]
    return Finding("watches", value, "\n".join(lines), _build_hint(coverage))


def _build_hint(coverage: WatchCoverage) -> str:
    """Say which limit is in the way, if one is."""
    limits, usage = coverage.limits, coverage.usage
    missing = coverage.folders - (coverage.watched or 0)
    if not missing:
        return ""
    if (usage.watches or 0) + missing > (limits.watches or float("inf")):
        return _format_sysctl_hint("watches", limits.watches)
    if (usage.instances or 0) >= (limits.instances or float("inf")):
        return _format_sysctl_hint("instances", limits.instances)
    return ""


def _format_sysctl_hint(name: str, limit: int | None) -> str:
    recommended = max(_RECOMMENDED_LIMITS[name], 2 * (limit or 0))
    return f"Allow more: sudo sysctl fs.inotify.max_user_{name}={recommended}"
