"""What `status` says to a person: each account, and how sure it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from claude_tray.popup.notes import snapshot_notes
from claude_tray.tray.manner import Manner
from claude_tray.tray.provenance import source_of
from claude_tray.tray.view import lines_of

if TYPE_CHECKING:
    from claude_tray.domain.snapshot import ProfileState, Snapshot
    from claude_tray.words.tongue import Tongue


def text_of(snapshot: Snapshot, tongue: Tongue) -> str:
    """Return what is known of all accounts, for a terminal."""
    manner = Manner(tongue=tongue)
    moment = snapshot.taken_at
    if not snapshot.profiles:
        return "\n".join(lines_of(snapshot, moment, manner=manner))
    lines: list[str] = []
    for state in snapshot.profiles:
        alone = replace(snapshot, profiles=(state,), today=state.today)
        first, *rest = lines_of(alone, moment, manner=manner)
        if len(snapshot.profiles) > 1:
            first = f"{state.name} \N{EN DASH} {first}"
        lines += [first, *rest, *_surety(state, tongue), ""]
    if len(snapshot.profiles) > 1:
        cost = tongue.cost_of(snapshot.today)
        lines += [tongue.say("All accounts today {cost}", cost=cost), ""]
    return "\n".join([*lines, *snapshot_notes(snapshot, tongue)]).rstrip()


def _surety(state: ProfileState, tongue: Tongue) -> list[str]:
    """Say where the figures of an account are from."""
    window, used = state.window, state.used
    if window is None:
        return []
    lines = [source_of(window, state, tongue)]
    if used is not None:
        clock = tongue.clock(used.as_of)
        lines.append(tongue.say("Told by Claude Code at {clock}", clock=clock))
    elif state.pace and state.pace.usual_tokens:
        median, high = state.pace.usual_tokens
        lines.append(
            tongue.say(
                "Used {unknown}; your usual window has {median} tokens in and"
                " out, one of ten more than {high}",
                unknown="\N{EN DASH}",
                median=tongue.tokens(median),
                high=tongue.tokens(high),
            ),
        )
    return [line for line in lines if line]
