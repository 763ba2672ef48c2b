"""What the doctor finds of accounts, limits and what Claude Code deletes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.cli.doctor.finding import Finding
from claude_tray.core.time import format_iso, format_iso_ms, to_epoch_ms
from claude_tray.ingest.accounts import (
    cached_accounts,
    list_accounts,
    unfollowed_folders,
)
from claude_tray.ingest.advisories import compute_retention
from claude_tray.ingest.limit_samples import CLOCK_BEHIND_KEY, SAMPLE_COUNT_KEY
from claude_tray.store import metadata
from claude_tray.store.account_state import build_account_state
from claude_tray.store.claude_reports import list_recent_statusline_sessions

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.app.context import AppContext
    from claude_tray.core.snapshot import AccountSnapshot
    from claude_tray.ingest.config import EngineConfig
    from claude_tray.store.connection import Reader


_DAY_MS: Final = 86_400_000


def collect_claude_code_findings(
    reader: Reader,
    context: AppContext,
    now: datetime,
) -> list[Finding]:
    """Return what is found of Claude Code's own doings."""
    config = cached_accounts(reader, context.engine_config())
    now_ms = to_epoch_ms(now)
    states = [
        build_account_state(reader, a, now) for a in list_accounts(config)
    ]
    return [
        _check_accounts(states, config),
        _check_window_rule(states, config),
        _check_statusline(reader, config),
        _check_clock(reader, now_ms),
        _check_unfollowed_folders(unfollowed_folders(reader, config, now_ms)),
        _check_retention(reader, config, now_ms),
    ]


def _check_accounts(
    states: list[AccountSnapshot], config: EngineConfig
) -> Finding:
    has_account = {str(f.path): bool(f.account) for f in config.folders}
    accounts = [
        {
            "name": state.name,
            "path": state.path,
            "is_account_known": has_account[state.path],
            "used_percentage": state.used.percent if state.used else None,
            "used_as_of": format_iso(state.used.as_of) if state.used else None,
            "weekly": [used.name for used in state.weekly],
        }
        for state in states
    ]
    return Finding(
        "profiles", accounts, "\n".join(map(_format_account, accounts))
    )


def _format_account(account: dict[str, Any]) -> str:
    text = f"{account['name']} ({account['path']})"
    if account["used_percentage"] is None:
        return f"{text}: no official limit known now"
    used = f"{account['used_percentage']:g} % used"
    return f"{text}: {used}, told by Claude Code at {account['used_as_of']}"


def _check_window_rule(
    states: list[AccountSnapshot], config: EngineConfig
) -> Finding:
    rules: list[dict[str, Any]] = [
        {
            "profile": state.name,
            "rule": str(state.inferred_rule.rule),
            "resets": state.inferred_rule.sample_count,
            "margin_seconds": state.inferred_rule.max_error.total_seconds(),
        }
        for state in states
        if state.inferred_rule
    ]
    configured_rule = str(config.rule or "auto")
    value = {"chosen": configured_rule, "learnt": rules}
    if config.rule is not None:
        return Finding("window_rule", value, f"{configured_rule}, as chosen")
    lines = [
        f"{rule['profile']}: {rule['rule']},"
        f" ±{-(-rule['margin_seconds'] // 60):.0f} min,"
        f" learnt from {rule['resets']} resets"
        for rule in rules
    ]
    text = "auto: exact, as no official reset is known yet"
    return Finding("window_rule", value, "\n".join(lines) or text)


def _check_statusline(reader: Reader, config: EngineConfig) -> Finding:
    sample_count = int(metadata.get_value(reader, SAMPLE_COUNT_KEY, "0"))
    pending_count = 0
    if config.spool_dir is not None:
        pending_count = sum(
            len(provider.read_samples(config.spool_dir))
            for provider in {folder.provider for folder in config.folders}
        )
    latest = list_recent_statusline_sessions(reader)
    last_at = format_iso_ms(latest[0].observed_at_ms) if latest else None
    value = {
        "heard": sample_count,
        "waiting": pending_count,
        "last_heard_at": last_at,
    }
    text = f"heard {sample_count:,} times, last at {last_at}"
    if not sample_count:
        text = "never heard: claude-tray statusline install"
    return Finding("statusline", value, text)


def _check_clock(reader: Reader, now_ms: int) -> Finding:
    """Tell whether Claude Code told resets that cannot be by this clock."""
    behind_ms, _, at_ms = metadata.get_value(
        reader, CLOCK_BEHIND_KEY, "0 0"
    ).partition(" ")
    is_recent = now_ms - int(at_ms) < _DAY_MS and behind_ms != "0"
    minutes = int(behind_ms) // 60_000 if is_recent else 0
    text = "agrees with what Claude Code tells"
    if minutes:
        text = f"{minutes} min behind what Claude Code tells"
    hint = "Set the clock: until then its limits are not believed."
    return Finding("clock_behind_minutes", minutes, text, hint * bool(minutes))


def _check_unfollowed_folders(paths: list[str]) -> Finding:
    text = "\n".join(
        f"{path}: sessions run there; to follow it, add it to claude_paths"
        for path in paths
    )
    return Finding("folders_offered", paths, text or "none")


def _check_retention(
    reader: Reader, config: EngineConfig, now_ms: int
) -> Finding:
    days = {
        str(f.path): f.provider.load_retention_days(f.path)
        for f in config.folders
    }
    retention = compute_retention(reader, config, now_ms)
    files, saved = (retention.files, retention.saved) if retention else (0, 0)
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
