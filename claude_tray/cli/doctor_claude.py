"""What the doctor finds of accounts, limits and what Claude Code deletes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.cli.finding import Finding
from claude_tray.engine.accounts import accounts_of, offered, recalled
from claude_tray.engine.notices import retention_of
from claude_tray.engine.official import BEHIND, HEARD
from claude_tray.store import identity, told_sessions
from claude_tray.store.profiles import state_of
from claude_tray.transcripts import spool
from claude_tray.transcripts.cleanup import cleanup_days
from claude_tray.wire.timestamps import iso, iso_of

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.cli.context import Context
    from claude_tray.domain.snapshot import ProfileState
    from claude_tray.engine.choices import Choices
    from claude_tray.store.connection import Reader

_DAY_MS: Final = 86_400_000


def findings_of_claude(
    reader: Reader,
    context: Context,
    moment: datetime,
) -> list[Finding]:
    """Return what is found of Claude Code's own doings."""
    choices = recalled(reader, context.choices())
    now_ms = int(moment.timestamp() * 1000)
    states = [state_of(reader, a, moment) for a in accounts_of(choices)]
    return [
        _of_profiles(states, choices),
        _of_rule(states, choices),
        _of_statusline(reader, choices),
        _of_clock(reader, now_ms),
        _of_offers(offered(reader, choices, now_ms)),
        _of_retention(reader, choices, now_ms),
    ]


def _of_profiles(states: list[ProfileState], choices: Choices) -> Finding:
    signed_in = {str(f.path): bool(f.account) for f in choices.folders}
    told = [
        {
            "name": state.name,
            "path": state.path,
            "is_account_known": signed_in[state.path],
            "used_percentage": state.used.percent if state.used else None,
            "used_as_of": iso(state.used.as_of) if state.used else None,
            "weekly": [used.name for used in state.weekly],
        }
        for state in states
    ]
    return Finding("profiles", told, "\n".join(map(_profile_text, told)))


def _profile_text(told: dict[str, Any]) -> str:
    text = f"{told['name']} ({told['path']})"
    if told["used_percentage"] is None:
        return f"{text}: no official limit known now"
    used = f"{told['used_percentage']:g} % used"
    return f"{text}: {used}, told by Claude Code at {told['used_as_of']}"


def _of_rule(states: list[ProfileState], choices: Choices) -> Finding:
    told: list[dict[str, Any]] = [
        {
            "profile": state.name,
            "rule": str(state.learnt.rule),
            "resets": state.learnt.resets,
            "margin_seconds": state.learnt.margin.total_seconds(),
        }
        for state in states
        if state.learnt
    ]
    chosen = str(choices.rule or "auto")
    value = {"chosen": chosen, "learnt": told}
    if choices.rule is not None:
        return Finding("window_rule", value, f"{chosen}, as chosen")
    lines = [
        f"{one['profile']}: {one['rule']},"
        f" ±{-(-one['margin_seconds'] // 60):.0f} min,"
        f" learnt from {one['resets']} resets"
        for one in told
    ]
    text = "auto: exact, as no official reset is known yet"
    return Finding("window_rule", value, "\n".join(lines) or text)


def _of_statusline(reader: Reader, choices: Choices) -> Finding:
    heard = int(identity.get(reader, HEARD, "0"))
    waiting = len(spool.take(choices.waiting)) if choices.waiting else 0
    last = told_sessions.last(reader)
    at = iso_of(last[0].told_ms) if last else None
    value = {"heard": heard, "waiting": waiting, "last_heard_at": at}
    text = f"heard {heard:,} times, last at {at}"
    if not heard:
        text = "never heard: claude-tray statusline install"
    return Finding("statusline", value, text)


def _of_clock(reader: Reader, now_ms: int) -> Finding:
    """Tell whether Claude Code told resets that cannot be by this clock."""
    behind, _, at = identity.get(reader, BEHIND, "0 0").partition(" ")
    is_recent = now_ms - int(at) < _DAY_MS and behind != "0"
    minutes = int(behind) // 60_000 if is_recent else 0
    text = "agrees with what Claude Code tells"
    if minutes:
        text = f"{minutes} min behind what Claude Code tells"
    hint = "Set the clock: until then its limits are not believed."
    return Finding("clock_behind_minutes", minutes, text, hint * bool(minutes))


def _of_offers(paths: list[str]) -> Finding:
    text = "\n".join(
        f"{path}: sessions run there; to follow it, add it to claude_paths"
        for path in paths
    )
    return Finding("folders_offered", paths, text or "none")


def _of_retention(reader: Reader, choices: Choices, now_ms: int) -> Finding:
    days = {str(f.path): cleanup_days(f.path) for f in choices.folders}
    found = retention_of(reader, choices, now_ms)
    files, saved = (found.files, found.saved) if found else (0, 0)
    value = {"cleanup_days": days, "files": files, "saved": saved}
    periods = ", ".join(sorted({str(d) for d in days.values() if d}))
    text = f"Claude Code deletes transcripts after {periods} days"
    if not periods:
        text = "Claude Code's settings cannot be read, so it deletes nothing"
    elif files:
        text += f": {files} go within 3 days, the numbers of {saved} are saved"
    if saved < files:
        # This very run has read all that can be read.
        text += ", the others end in a line that was never finished"
    return Finding("retention", value, text)
