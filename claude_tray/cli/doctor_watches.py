"""What the doctor finds of how changes in the transcripts are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.cli.finding import Finding
from claude_tray.desktop.instance import ask
from claude_tray.engine.rounds import SOON_SECONDS
from claude_tray.transcripts import inotify
from claude_tray.transcripts.locate import by_root
from claude_tray.transcripts.share import share_of

if TYPE_CHECKING:
    from claude_tray.cli.context import Context
    from claude_tray.transcripts.inotify import Inotify

_ASK_SECONDS: Final = 2.0
# What a distribution that has met the limit allows.
_ENOUGH: Final = {"watches": 524_288, "instances": 1_024}


class Watched(NamedTuple):
    """
    What is watched, and what might be.

    Attributes:
        folders: How many there are.
        watched: How many of them the tray watches; None where none runs.
        shares: Folders on shares, and of what kind those are.
        most: What one user may have.
        used: What this user's programs have.
        seconds: The longest time between two looks.
    """

    folders: int
    watched: int | None
    shares: dict[str, str]
    most: Inotify
    used: Inotify
    seconds: int


def finding_of_watches(context: Context, folders: int) -> Finding:
    """Tell which changes are told, and which only a look finds."""
    answer = ask(context.own.state, "watched", _ASK_SECONDS) or ""
    roots = sorted(by_root(context.folders))
    return finding_of(
        Watched(
            folders,
            int(answer) if answer.isdecimal() else None,
            {root: kind for root in roots if (kind := share_of(root))},
            inotify.most(),
            inotify.used(),
            context.settings.general_look_every_seconds,
        ),
    )


def finding_of(found: Watched) -> Finding:
    """Put in words what was found."""
    most, used = found.most, found.used
    value = {
        "folders": found.folders,
        "watched": found.watched,
        "shares": [{"path": p, "kind": k} for p, k in found.shares.items()],
        "most": most.watches,
        "used": used.watches,
        "instances_most": most.instances,
        "instances_used": used.instances,
    }
    looks = f"looked at every {SOON_SECONDS:.0f} to {found.seconds} s."
    lines = [f"{found.folders:,} folders"]
    if most.watches is not None:
        lines[0] += f", {most.watches:,} watches allowed"
    if used.watches is not None:
        lines[0] += f", {used.watches:,} in use"
    if found.watched is not None and found.watched < found.folders:
        lines.append(f"only {found.watched:,} are watched; all are {looks}")
    lines += [
        f"{path} is a share ({kind}), where nobody tells of what other"
        f" machines write: {looks}"
        for path, kind in found.shares.items()
    ]
    return Finding("watches", value, "\n".join(lines), _hint(found))


def _hint(found: Watched) -> str:
    """Say which limit is in the way, if one is."""
    most, used = found.most, found.used
    wanted = found.folders - (found.watched or 0)
    if not wanted:
        return ""
    if (used.watches or 0) + wanted > (most.watches or float("inf")):
        return _allow_more("watches", most.watches)
    if (used.instances or 0) >= (most.instances or float("inf")):
        return _allow_more("instances", most.instances)
    return ""


def _allow_more(name: str, most: int | None) -> str:
    enough = max(_ENOUGH[name], 2 * (most or 0))
    return f"Allow more: sudo sysctl fs.inotify.max_user_{name}={enough}"
