"""Check accounts, limits, the status line and retention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.cli.doctor.finding import Finding
from claude_tray.cli.doctor.statusline import (
    check_hook,
    check_statusline,
)
from claude_tray.core.time import format_iso, to_epoch_ms
from claude_tray.ingest.advisories import compute_retention
from claude_tray.ingest.config import (
    EngineConfig,
    cached_accounts,
    list_accounts,
    unfollowed_folders,
)
from claude_tray.ingest.limit_samples import (
    CLOCK_BEHIND_KEY,
    count_ignored_values,
)
from claude_tray.store import metadata
from claude_tray.store.snapshot import build_account_state

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.app.context import AppContext
    from claude_tray.core.snapshot import AccountSnapshot
    from claude_tray.i18n.translator import Translator
    from claude_tray.store.connection import Reader


_DAY_MS: Final = 86_400_000


def collect_claude_code_findings(
    reader: Reader,
    context: AppContext,
    now: datetime,
    translator: Translator,
) -> list[Finding]:
    """Run the checks of what Claude Code reports and deletes."""
    config = cached_accounts(reader, context.engine_config())
    now_ms = to_epoch_ms(now)
    states = [
        build_account_state(reader, a, now) for a in list_accounts(config)
    ]
    unfollowed = unfollowed_folders(reader, config, now_ms)
    return [
        _check_accounts(states, config, translator),
        _check_window_rule(states, config, translator),
        check_statusline(reader, context, config, translator),
        check_hook(reader, context, config, translator),
        _check_ignored_limits(reader, translator),
        _check_clock(reader, now_ms, translator),
        _check_unfollowed_folders(unfollowed, translator),
        _check_retention(reader, config, now_ms, translator),
    ]


def _check_accounts(
    states: list[AccountSnapshot],
    config: EngineConfig,
    translator: Translator,
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
    lines = [_format_account(account, translator) for account in accounts]
    return Finding("profiles", accounts, "\n".join(lines))


def _format_account(account: dict[str, Any], translator: Translator) -> str:
    name = f"{account['name']} ({account['path']})"
    if account["used_percentage"] is None:
        return translator.gettext("{name}: no limit reported", name=name)
    return translator.gettext(
        "{name}: {percent} used (Claude Code, {time})",
        name=name,
        percent=translator.format_percent(account["used_percentage"]),
        time=account["used_as_of"],
    )


def _check_window_rule(
    states: list[AccountSnapshot],
    config: EngineConfig,
    translator: Translator,
) -> Finding:
    gettext = translator.gettext
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
        text = gettext("{rule} (from the settings)", rule=configured_rule)
        return Finding("window_rule", value, text)
    lines = [
        gettext(
            "{name}: {rule}, ±{minutes} min, inferred from {resets} resets",
            name=rule["profile"],
            rule=rule["rule"],
            # Rounded up.
            minutes=round(-(-rule["margin_seconds"] // 60)),
            resets=rule["resets"],
        )
        for rule in rules
    ]
    text = gettext("auto: exact, until Claude Code reports a reset")
    return Finding("window_rule", value, "\n".join(lines) or text)


def _check_ignored_limits(reader: Reader, translator: Translator) -> Finding:
    """Check for limits whose values could not be read."""
    in_samples, in_caches = count_ignored_values(reader)
    text = translator.gettext("none")
    if in_samples or in_caches:
        text = translator.gettext(
            "status line: {samples}, .claude.json: {cached}",
            samples=translator.format_integer(in_samples),
            cached=translator.format_integer(in_caches),
        )
    value = {"statusline": in_samples, "cache": in_caches}
    return Finding("ignored_limits", value, text)


def _check_clock(
    reader: Reader, now_ms: int, translator: Translator
) -> Finding:
    """Check for reported resets that this clock makes impossible."""
    behind_ms, _, at_ms = metadata.get_value(
        reader, CLOCK_BEHIND_KEY, "0 0"
    ).partition(" ")
    is_recent = now_ms - int(at_ms) < _DAY_MS and behind_ms != "0"
    minutes = int(behind_ms) // 60_000 if is_recent else 0
    text, hint = translator.gettext("agrees with Claude Code"), ""
    if minutes:
        text = translator.gettext(
            "{minutes} min behind Claude Code", minutes=minutes
        )
        hint = translator.gettext(
            "Set the clock: until then, reported limits are ignored."
        )
    return Finding("clock_behind_minutes", minutes, text, hint)


def _check_unfollowed_folders(
    paths: list[str], translator: Translator
) -> Finding:
    lines = [
        translator.gettext(
            "{path} has sessions; to include it, add it to claude_paths",
            path=path,
        )
        for path in paths
    ]
    text = "\n".join(lines) or translator.gettext("none")
    return Finding("folders_offered", paths, text)


def _check_retention(
    reader: Reader,
    config: EngineConfig,
    now_ms: int,
    translator: Translator,
) -> Finding:
    gettext = translator.gettext
    days = {
        str(f.path): f.provider.load_retention_days(f.path)
        for f in config.folders
    }
    retention = compute_retention(reader, config, now_ms)
    files, saved = (retention.files, retention.saved) if retention else (0, 0)
    value = {"cleanup_days": days, "files": files, "saved": saved}
    periods = ", ".join(sorted({str(d) for d in days.values() if d}))
    if not periods:
        text = gettext(
            "Claude Code's settings cannot be read, so it deletes nothing."
        )
        return Finding("retention", value, text)
    sentences = [
        gettext(
            "Claude Code deletes transcripts after {days} days.", days=periods
        )
    ]
    if files:
        sentences.append(
            gettext(
                "Within 3 days: {files} files, {saved} of them saved.",
                files=files,
                saved=saved,
            )
        )
    if saved < files:
        # This run has just read everything that can be read.
        sentences.append(gettext("The others end in an incomplete line."))
    return Finding("retention", value, translator.join_sentences(sentences))
