"""
What the tray and its popup say to each other: a JSON object a line.

To the popup: `show` with where to find everything, `state` with what is not
in the store, `hide`, `quit`. From it: the name of what was chosen.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from claude_tray.domain.snapshot import SyncPhase, SyncState

if TYPE_CHECKING:
    from claude_tray.domain.snapshot import Snapshot


class Show(NamedTuple):
    """
    The order to show itself.

    Attributes:
        surface: "popup" or "settings".
        store: The path of the store.
        settings: The path of the settings.
        state: The folder for what can be made anew.
        folders: Path and name of each Claude folder.
        anchor: x, y, width and height of the icon; None where it is not
            known.
        page: Which page of the settings is opened.
    """

    surface: str
    store: str
    settings: str
    state: str
    folders: tuple[tuple[str, str], ...]
    anchor: tuple[int, int, int, int] | None = None
    page: str = ""


class Volatile(NamedTuple):
    """
    What is not in the store.

    Attributes:
        reading: As the snapshot has it; problem, sync and is_demo likewise.
    """

    reading: float | None = None
    problem: str = ""
    sync: SyncState = SyncState()
    is_demo: bool = False


class Ask(NamedTuple):
    """A wish of the popup: an action, and a text with some."""

    action: str
    text: str = ""


Order = Show | Volatile | str


def line_of(order: Order | Ask) -> str:
    """Return an order or a wish as a line."""
    if isinstance(order, Show):
        said: dict[str, Any] = {"do": "show", **order._asdict()}
    elif isinstance(order, Volatile):
        said = {"do": "state", **_said(order)}
    elif isinstance(order, Ask):
        said = {"do": order.action, "text": order.text}
    else:
        said = {"do": order}
    return json.dumps(said) + "\n"


def order_of(line: str) -> Order:
    """Return the order that a line is."""
    said = json.loads(line)
    do = str(said.pop("do"))
    if do == "show":
        anchor = said.pop("anchor")
        folders = tuple((path, name) for path, name in said.pop("folders"))
        place = tuple(anchor) if anchor else None
        return Show(**said, folders=folders, anchor=place)
    if do == "state":
        return _volatile(said)
    return do


def ask_of(line: str) -> Ask:
    """Return the wish that a line is."""
    said = json.loads(line)
    return Ask(str(said["do"]), str(said.get("text", "")))


def volatile_of(snapshot: Snapshot) -> Volatile:
    """Return what of a snapshot is not in the store."""
    return Volatile(
        snapshot.reading,
        snapshot.problem,
        snapshot.sync,
        snapshot.is_demo,
    )


def _said(state: Volatile) -> dict[str, Any]:
    sync = state.sync
    last = sync.last_ok_at.isoformat() if sync.last_ok_at else None
    return {
        "reading": state.reading,
        "problem": state.problem,
        "is_demo": state.is_demo,
        "sync": [
            sync.phase.value,
            last,
            sync.waiting,
            sync.quarantined,
            sync.problem,
        ],
    }


def _volatile(said: dict[str, Any]) -> Volatile:
    phase, last, waiting, quarantined, problem = said["sync"]
    sync = SyncState(
        SyncPhase(phase),
        datetime.fromisoformat(last) if last else None,
        waiting,
        quarantined,
        problem,
    )
    return Volatile(said["reading"], said["problem"], sync, said["is_demo"])
