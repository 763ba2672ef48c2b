"""
Reports of ccusage, by day and by session, as JSON.

`ccusage daily --json`, also with `--instances`, and `ccusage session --json`.

They are sums by model, without ids, so they can only stand for days of which
nothing was read; a session that went over several days cannot be shared out
and is left out. Monthly, weekly and 5-hour reports tell no days. The forms are
those of 20.0.24 ("date", "projects", "sessions"), its report over all agents
("period") and the older camelCase ones, which are the same; cache writes are
not told by how long they are kept. Its cost is not taken.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from claude_tray.domain.history import DaySum, History
from claude_tray.errors import UsageError
from claude_tray.history.values import (
    DAY_BITS,
    LeftOut,
    NotUsableError,
    at_iso,
    counts,
    day_of,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

NAME: Final = "ccusage"
_DAILY: Final = "daily"
_PROJECTS: Final = "projects"
_SESSIONS: Final = ("sessions", "session")
_WITHOUT_DAYS: Final = ("monthly", "weekly", "blocks")
_NO_MODELS: Final = "no counts by model"
_OTHERS: Final = "another program's usage"
_SEVERAL_DAYS: Final = "sessions of several days"
_NO_DAY: Final = "no day"


def is_report(value: dict[str, Any]) -> bool:
    """Tell whether a JSON object is one of these reports."""
    names = (_DAILY, _PROJECTS, *_SESSIONS, *_WITHOUT_DAYS)
    return any(name in value for name in names)


def read(value: dict[str, Any]) -> History:
    """
    Return what a report holds.

    Raises:
        UsageError: It tells no days.
    """
    left_out = LeftOut()
    sums: dict[tuple[object, ...], DaySum] = {}
    for project, row in _rows(value):
        try:
            for one in _sums(project, row):
                key = (one.kind, one.day, one.project, one.model)
                held = sums.get(key)
                # Two sessions of a day in one project.
                tokens = one.tokens.plus(held.tokens) if held else one.tokens
                sums[key] = one._replace(tokens=tokens)
        except NotUsableError as error:
            left_out.because(error)
    return History(NAME, (), tuple(sums.values()), left_out.told())


def _rows(value: dict[str, Any]) -> Iterator[tuple[str | None, Any]]:
    """Give out rows, with the project where they stand under its name."""
    if isinstance(value.get(_DAILY), list):
        yield from ((None, row) for row in value[_DAILY])
        return
    if isinstance(value.get(_PROJECTS), dict):
        for name, rows in value[_PROJECTS].items():
            listed = rows if isinstance(rows, list) else ()
            yield from ((name, row) for row in listed)
        return
    for name in _SESSIONS:
        if isinstance(value.get(name), list):
            yield from ((None, row) for row in value[name])
            return
    summary = "This report of ccusage tells no days."
    hint = "Import the output of `ccusage daily --json`."
    raise UsageError(summary, hint=hint)


def _sums(project: str | None, row: Any) -> list[DaySum]:  # noqa: ANN401
    if not isinstance(row, dict):
        raise NotUsableError(_NO_MODELS)
    agents = {text(row.get("agent")) or "claude", *_agents(row)} - {"all"}
    if agents != {"claude"}:
        raise NotUsableError(_OTHERS)
    models = _models(row)
    kind, day = _kind_and_day(project, row)
    place = project or text(row.get("projectPath"))
    return [_sum(DaySum(kind, day, place, "", counts()), m) for m in models]


def _models(row: dict[str, Any]) -> list[Any]:
    """Return the counts by model; of one model the row itself has them."""
    models, used = row.get("modelBreakdowns"), row.get("modelsUsed")
    if isinstance(models, list) and models:
        return models
    if isinstance(used, list) and len(used) == 1:
        return [{**row, "modelName": used[0]}]
    raise NotUsableError(_NO_MODELS)


def _sum(of: DaySum, model: Any) -> DaySum:  # noqa: ANN401 - JSON is anything
    name = text(model.get("modelName")) if isinstance(model, dict) else ""
    if not name:
        raise NotUsableError(_NO_MODELS)
    tokens = counts(
        model.get("inputTokens"),
        model.get("outputTokens"),
        model.get("cacheCreationTokens"),
        0,
        model.get("cacheReadTokens"),
        bits=DAY_BITS,
    )
    return of._replace(model=name, tokens=tokens)


def _agents(row: dict[str, Any]) -> list[str]:
    more = row.get("metadata")
    agents = more.get("agents") if isinstance(more, dict) else None
    return [text(a) for a in agents] if isinstance(agents, list) else []


def _kind_and_day(
    project: str | None,
    row: dict[str, Any],
) -> tuple[str, date]:
    written = row.get("date") or row.get("period")
    if project is None and (row.get("sessionId") or not _is_day(written)):
        return f"{NAME} session", _day_of_session(row)
    kind = f"{NAME} daily" if project is None else f"{NAME} projects"
    return kind, day_of(written)


def _is_day(written: object) -> bool:
    try:
        day_of(written)
    except NotUsableError:
        return False
    return True


def _day_of_session(row: dict[str, Any]) -> date:
    first, last = row.get("firstActivity"), row.get("lastActivity")
    if not first or not last:
        # Whether it went over midnight cannot be told.
        raise NotUsableError(_NO_DAY)
    days = {_local_day(at_iso(moment)) for moment in (first, last)}
    if len(days) > 1:
        raise NotUsableError(_SEVERAL_DAYS)
    return day_of(days.pop())


def _local_day(at_ms: int) -> str:
    try:
        local = datetime.fromtimestamp(at_ms / 1000).astimezone()
    except (OSError, OverflowError, ValueError):
        return ""
    return local.date().isoformat()
