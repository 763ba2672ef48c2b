"""
What the tray and its popup say to each other: a JSON object a line.

To the popup: `show` with where to find everything, `state` with what is not
in the store, `hide`, `quit`. From it: the name of what was chosen.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from claude_tray.core.snapshot import SyncPhase, SyncState

if TYPE_CHECKING:
    from claude_tray.core.snapshot import Snapshot


class ShowCommand(NamedTuple):
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


class TransientState(NamedTuple):
    """
    What is not in the store.

    Attributes:
        reading: As the snapshot has it; problem, sync and is_demo likewise.
    """

    reading: float | None = None
    problem: str = ""
    sync: SyncState = SyncState()
    is_demo: bool = False


class PopupAction(NamedTuple):
    """A wish of the popup: an action, and a text with some."""

    action: str
    text: str = ""


IpcCommand = ShowCommand | TransientState | str


def encode_line(message: IpcCommand | PopupAction) -> str:
    """Return an order or a wish as a line."""
    if isinstance(message, ShowCommand):
        payload: dict[str, Any] = {"do": "show", **message._asdict()}
    elif isinstance(message, TransientState):
        payload = {"do": "state", **_encode_transient_state(message)}
    elif isinstance(message, PopupAction):
        payload = {"do": message.action, "text": message.text}
    else:
        payload = {"do": message}
    return json.dumps(payload) + "\n"


def parse_command(line: str) -> IpcCommand:
    """Return the order that a line is."""
    payload = json.loads(line)
    kind = str(payload.pop("do"))
    if kind == "show":
        anchor = payload.pop("anchor")
        folders = tuple((path, name) for path, name in payload.pop("folders"))
        anchor_rect = tuple(anchor) if anchor else None
        return ShowCommand(**payload, folders=folders, anchor=anchor_rect)
    if kind == "state":
        return _parse_transient_state(payload)
    return kind


def parse_action(line: str) -> PopupAction:
    """Return the wish that a line is."""
    payload = json.loads(line)
    return PopupAction(str(payload["do"]), str(payload.get("text", "")))


def build_transient_state(snapshot: Snapshot) -> TransientState:
    """Return what of a snapshot is not in the store."""
    return TransientState(
        snapshot.scan_progress,
        snapshot.problem,
        snapshot.sync,
        snapshot.is_demo,
    )


def _encode_transient_state(state: TransientState) -> dict[str, Any]:
    sync = state.sync
    last_ok = sync.last_ok_at.isoformat() if sync.last_ok_at else None
    return {
        "reading": state.reading,
        "problem": state.problem,
        "is_demo": state.is_demo,
        "sync": [
            sync.phase.value,
            last_ok,
            sync.pending,
            sync.quarantined,
            sync.problem,
        ],
    }


def _parse_transient_state(payload: dict[str, Any]) -> TransientState:
    phase, last_ok, pending, quarantined, problem = payload["sync"]
    sync = SyncState(
        SyncPhase(phase),
        datetime.fromisoformat(last_ok) if last_ok else None,
        pending,
        quarantined,
        problem,
    )
    return TransientState(
        payload["reading"], payload["problem"], sync, payload["is_demo"]
    )
