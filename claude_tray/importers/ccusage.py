"""
Parse daily and session reports of ccusage.

That is `ccusage daily --json`, also with `--instances`, and `ccusage session
--json`. A report has totals by model without IDs, so it is used only for days
without records; a session of several days cannot be split and is skipped.
Monthly, weekly and 5-hour reports have no days.

Supported are the format of 20.0.24 ("date", "projects", "sessions"), its
report over all agents ("period") and the older camelCase formats, which are
the same. Cache writes are not split by lifetime. The report's cost is ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.time import from_epoch_ms
from claude_tray.core.usage import (
    ZERO_TOKENS,
    ImportedDayTotal,
    ImportedHistory,
)
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.importers.common import (
    INVALID_DAY,
    OTHER_PROGRAM,
    SkippedEntries,
    UnusableValueError,
    parse_day,
    parse_iso_time,
    parse_text,
    parse_token_counts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date


NAME: Final = "ccusage"
_KEY_BY_KIND: Final = {
    "input": "inputTokens",
    "output": "outputTokens",
    "cache_write_5m": "cacheCreationTokens",
    "cache_read": "cacheReadTokens",
}
_DAILY_KEY: Final = "daily"
_PROJECTS_KEY: Final = "projects"
_SESSION_KEYS: Final = ("sessions", "session")
_KEYS_WITHOUT_DAYS: Final = ("monthly", "weekly", "blocks")
_MISSING_MODELS: Final = gettext_noop("no counts by model")
_SPANS_SEVERAL_DAYS: Final = gettext_noop("sessions of several days")


def is_report(value: dict[str, Any]) -> bool:
    """Return whether a JSON object is a report of ccusage."""
    known_keys = (
        _DAILY_KEY,
        _PROJECTS_KEY,
        *_SESSION_KEYS,
        *_KEYS_WITHOUT_DAYS,
    )
    return any(name in value for name in known_keys)


def parse_report(value: dict[str, Any]) -> ImportedHistory:
    """
    Parse a report.

    Raises:
        UsageError: The report has no days.
    """
    skipped = SkippedEntries()
    totals_by_key: dict[tuple[object, ...], ImportedDayTotal] = {}
    for project, row in _iter_rows(value):
        try:
            for day_total in _parse_day_totals(project, row):
                key = (
                    day_total.kind,
                    day_total.day,
                    day_total.project,
                    day_total.model,
                )
                existing = totals_by_key.get(key)
                # A project may have several sessions on a day.
                tokens = (
                    day_total.tokens.plus(existing.tokens)
                    if existing
                    else day_total.tokens
                )
                totals_by_key[key] = day_total._replace(tokens=tokens)
        except UnusableValueError as error:
            skipped.add(error)
    return ImportedHistory(
        NAME, (), tuple(totals_by_key.values()), skipped.count_by_reason()
    )


def _iter_rows(value: dict[str, Any]) -> Iterator[tuple[str | None, Any]]:
    """Yield rows with their project if they are grouped by project."""
    if isinstance(value.get(_DAILY_KEY), list):
        yield from ((None, row) for row in value[_DAILY_KEY])
        return
    if isinstance(value.get(_PROJECTS_KEY), dict):
        for name, rows in value[_PROJECTS_KEY].items():
            project_rows = rows if isinstance(rows, list) else ()
            yield from ((name, row) for row in project_rows)
        return
    for name in _SESSION_KEYS:
        if isinstance(value.get(name), list):
            yield from ((None, row) for row in value[name])
            return
    raise UsageError(
        gettext_noop("This ccusage report has no daily totals."),
        hint=gettext_noop("Import the output of `ccusage daily --json`."),
    )


def _parse_day_totals(project: str | None, row: Any) -> list[ImportedDayTotal]:
    if not isinstance(row, dict):
        raise UnusableValueError(_MISSING_MODELS)
    agents = {parse_text(row.get("agent")) or "claude", *_get_agents(row)} - {
        "all"
    }
    if agents != {"claude"}:
        raise UnusableValueError(OTHER_PROGRAM)
    models = _get_model_rows(row)
    kind, day = _parse_kind_and_day(project, row)
    project_name = project or parse_text(row.get("projectPath"))
    return [
        _parse_model_total(
            ImportedDayTotal(kind, day, project_name, "", ZERO_TOKENS),
            model,
        )
        for model in models
    ]


def _get_model_rows(row: dict[str, Any]) -> list[Any]:
    """Return the counts by model, or of the only model of the row."""
    models, used_models = row.get("modelBreakdowns"), row.get("modelsUsed")
    if isinstance(models, list) and models:
        return models
    if isinstance(used_models, list) and len(used_models) == 1:
        return [{**row, "modelName": used_models[0]}]
    raise UnusableValueError(_MISSING_MODELS)


def _parse_model_total(base: ImportedDayTotal, model: Any) -> ImportedDayTotal:
    name = (
        parse_text(model.get("modelName")) if isinstance(model, dict) else ""
    )
    if not name:
        raise UnusableValueError(_MISSING_MODELS)
    tokens = parse_token_counts(model, _KEY_BY_KIND)
    return base._replace(model=name, tokens=tokens)


def _get_agents(row: dict[str, Any]) -> list[str]:
    metadata = row.get("metadata")
    agents = metadata.get("agents") if isinstance(metadata, dict) else None
    return (
        [parse_text(agent) for agent in agents]
        if isinstance(agents, list)
        else []
    )


def _parse_kind_and_day(
    project: str | None,
    row: dict[str, Any],
) -> tuple[str, date]:
    raw_day = row.get("date") or row.get("period")
    if project is None and (row.get("sessionId") or not _is_day(raw_day)):
        return f"{NAME} session", _parse_session_day(row)
    kind = f"{NAME} daily" if project is None else f"{NAME} projects"
    return kind, parse_day(raw_day)


def _is_day(raw_day: object) -> bool:
    try:
        parse_day(raw_day)
    except UnusableValueError:
        return False
    return True


def _parse_session_day(row: dict[str, Any]) -> date:
    first, last = row.get("firstActivity"), row.get("lastActivity")
    if not first or not last:
        # It may have lasted over midnight.
        raise UnusableValueError(INVALID_DAY)
    days = {
        _format_local_day(parse_iso_time(timestamp))
        for timestamp in (first, last)
    }
    if len(days) > 1:
        raise UnusableValueError(_SPANS_SEVERAL_DAYS)
    return parse_day(days.pop())


def _format_local_day(at_ms: int) -> str:
    try:
        local = from_epoch_ms(at_ms).astimezone()
    except (OSError, OverflowError, ValueError):
        return ""
    return local.date().isoformat()
