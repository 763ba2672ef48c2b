"""Compare all costs with what Claude Code itself wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.cli.doctor.finding import Finding
from claude_tray.core.bounds import MAX_LISTED_IN_SENTENCE
from claude_tray.core.cost import NanoUsd, format_usd
from claude_tray.platform.small_file import leads_to_credentials
from claude_tray.platform.start_command import get_start_command
from claude_tray.presentation.bill import (
    format_cost_check,
    format_pending_cost,
)
from claude_tray.protocol.cost_details import build_self_check
from claude_tray.store.cost_checks import (
    SessionCheck,
    count_unconfirmed,
    list_days_with_totals,
    load_last_cost_checks,
    load_pending_costs,
    load_session_checks,
    load_tokens_by_day,
    sum_checks_by_day,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from claude_tray.core.price_table import PriceTable
    from claude_tray.i18n.translator import Translator
    from claude_tray.store.connection import Reader


# Days in the text; --json has all.
_SHOWN_DAYS: Final = 3


def collect_bill_findings(
    reader: Reader,
    folders: tuple[Path, ...],
    prices: PriceTable,
    translator: Translator,
) -> list[Finding]:
    """Run the checks of the costs."""
    checks = load_session_checks(reader, prices)
    return [
        _check_sessions(checks, translator),
        _check_unconfirmed(reader, translator),
        _check_last_sessions(reader, folders, translator),
        check_statistics(reader, folders, translator),
    ]


def _check_sessions(
    checks: list[SessionCheck], translator: Translator
) -> Finding:
    gettext = translator.gettext
    days = sum_checks_by_day(checks)
    differing = [c for c in checks if c.check.difference]
    value = {
        "sessions": len(checks),
        "agreeing": len(checks) - len(differing),
        "days": {
            day.isoformat(): build_self_check(check)
            for day, check in days.items()
        },
        "differing": {
            session: format_usd(check.difference)
            for session, check in differing
        },
    }
    if not checks:
        text = gettext("Claude Code has not written costs of its own yet.")
        return Finding("self_check", value, text)
    lines = [
        gettext(
            "{agreeing} of {count} sessions agree with Claude Code's own costs",
            agreeing=translator.format_integer(len(checks) - len(differing)),
            count=translator.format_integer(len(checks)),
        )
    ]
    lines += [
        f"{session}: {format_cost_check(check, translator)}"
        for session, check in differing[-MAX_LISTED_IN_SENTENCE:]
    ]
    lines += [
        f"{day.isoformat()}: {format_cost_check(check, translator)}"
        for day, check in list(days.items())[-_SHOWN_DAYS:]
    ]
    return Finding("self_check", value, "\n".join(lines))


def _check_unconfirmed(reader: Reader, translator: Translator) -> Finding:
    """Say how much of the usage may be incomplete, and why."""
    gettext = translator.gettext
    messages, unconfirmed = count_unconfirmed(reader)
    pending = NanoUsd(sum(load_pending_costs(reader).values()))
    value: dict[str, Any] = {
        "messages": unconfirmed,
        "pending_cost_usd": format_usd(pending),
    }
    text = gettext("none")
    if unconfirmed:
        text = gettext(
            "{count} of {total} messages: Claude Code has not written the sums"
            " of their sessions, so other requests may be missing.",
            count=translator.format_integer(unconfirmed),
            total=translator.format_integer(messages),
        )
    if pending:
        text += "\n" + format_pending_cost(pending, translator)
    return Finding("unconfirmed", value, text)


def _check_last_sessions(
    reader: Reader, folders: tuple[Path, ...], translator: Translator
) -> Finding:
    """Compare the last session of each project with `.claude.json`."""
    # Late: imports msgspec.
    from claude_tray.providers.claude_code.config_files import load_last_costs

    gettext = translator.gettext
    reported: dict[str, int] = {}
    for folder in folders:
        reported |= load_last_costs(folder)
    checks = load_last_cost_checks(reader, reported)
    differing = [c for c in checks if c.check.difference]
    value = {
        "sessions": len(checks),
        "agreeing": len(checks) - len(differing),
        "differing": {
            session: format_usd(check.difference)
            for session, check in differing
        },
    }
    if not checks:
        return Finding("last_sessions", value, gettext("none"))
    lines = [
        gettext(
            "{agreeing} of {count} last sessions in .claude.json agree",
            agreeing=translator.format_integer(len(checks) - len(differing)),
            count=translator.format_integer(len(checks)),
        )
    ]
    lines += [
        f"{session}: {format_cost_check(check, translator)}"
        for session, check in differing[:MAX_LISTED_IN_SENTENCE]
    ]
    return Finding("last_sessions", value, "\n".join(lines))


_FILE_NAME: Final = "stats-cache.json"
# Claude Code computes the file at certain moments, so that a session may be
# missing on a day.
_TOLERANCE_PERCENT: Final = 1


class _Comparison(NamedTuple):
    """
    Tokens of the days of one file.

    Attributes:
        path: The file.
        agreeing: Days with the same tokens.
        differing: Tokens here and there by day.
        earlier: Days before the first record.
    """

    path: Path
    agreeing: list[date]
    differing: dict[date, tuple[int, int]]
    earlier: list[date]


def check_statistics(
    reader: Reader, folders: Iterable[Path], translator: Translator
) -> Finding:
    """Compare each folder's statistics; offer to import earlier days."""
    paths = [folder / _FILE_NAME for folder in folders]
    own_tokens: dict[date, int] | None = None
    comparisons = []
    for path in paths:
        reported = _load_tokens_by_day(path)
        if reported:
            own_tokens = own_tokens or load_tokens_by_day(reader)
            comparison = _compare(path, own_tokens, reported)
            imported_days = list_days_with_totals(reader)
            comparison.earlier[:] = [
                day
                for day in comparison.earlier
                if day.isoformat() not in imported_days
            ]
            comparisons.append(comparison)
    gettext = translator.gettext
    text = "\n".join(_describe(c, translator) for c in comparisons)
    return Finding(
        "stats_cache",
        [_build_value(c) for c in comparisons],
        text or gettext("none"),
    )


def _load_tokens_by_day(path: Path) -> dict[date, int]:
    if not path.is_file() or leads_to_credentials(path):
        return {}
    # Late: most users have no such file.
    from claude_tray.importers.detect import load_readable_history

    history = load_readable_history(path)
    tokens: dict[date, int] = {}
    for day_total in history.day_totals:
        day = day_total.day
        tokens[day] = tokens.get(day, 0) + day_total.tokens.total
    return tokens


def _compare(
    path: Path, own: Mapping[date, int], reported: Mapping[date, int]
) -> _Comparison:
    first_day = min(own, default=None)
    comparison = _Comparison(path, [], {}, [])
    for day, tokens in sorted(reported.items()):
        if first_day is None or day < first_day:
            comparison.earlier.append(day)
        elif (
            abs(own.get(day, 0) - tokens) * 100 <= tokens * _TOLERANCE_PERCENT
        ):
            comparison.agreeing.append(day)
        else:
            comparison.differing[day] = own.get(day, 0), tokens
    return comparison


def _describe(comparison: _Comparison, translator: Translator) -> str:
    gettext, number = translator.gettext, translator.format_integer
    path, agreeing, differing, earlier = comparison
    lines = [
        gettext(
            "{path}: {agreeing} of {count} days agree",
            path=path,
            agreeing=number(len(agreeing)),
            count=number(len(agreeing) + len(differing)),
        )
    ]
    if differing:
        day, (own, reported) = max(differing.items())
        lines.append(
            gettext(
                "{day}: {own} tokens in transcripts, {reported} in statistics",
                day=day.isoformat(),
                own=translator.format_tokens(own),
                reported=translator.format_tokens(reported),
            )
        )
    if earlier:
        lines.append(
            gettext(
                "{count} earlier days can be added: {command} import {path}",
                command=get_start_command(),
                count=number(len(earlier)),
                path=path,
            )
        )
    return "\n".join(lines)


def _build_value(comparison: _Comparison) -> dict[str, object]:
    return {
        "path": str(comparison.path),
        "agreeing_days": len(comparison.agreeing),
        "differing_days": {
            day.isoformat(): {"transcripts": own, "statistics": reported}
            for day, (own, reported) in comparison.differing.items()
        },
        "earlier_days": len(comparison.earlier),
    }
