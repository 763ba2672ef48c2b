"""Our own export, read back: every field as it was."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from claude_tray.domain.history import DaySum, History, Placed
from claude_tray.domain.usage import (
    Origin,
    ProjectPath,
    Report,
    SessionId,
    Terms,
    UsageRecord,
)
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
from claude_tray.wire.export_file import (
    COLUMNS,
    FLAGS,
    FORMAT,
    NUMBERS,
    VERSION,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_KEY_DIGITS: Final = 16
_SIGN: Final = 1 << 63
_NO_ROW: Final = "no JSON object"
_NO_KEY: Final = "no key"


def is_document(value: dict[str, Any]) -> bool:
    """Tell whether a JSON object is our export."""
    return value.get("format") == FORMAT


def is_table(data: bytes) -> bool:
    """Tell whether a file is our export as CSV."""
    return data.startswith(",".join(COLUMNS[:4]).encode())


def read(value: dict[str, Any]) -> History:
    """
    Return what an export holds.

    Raises:
        UsageError: It is of a version that is not known.
    """
    version, rows = value.get("version"), value.get("records")
    if version != VERSION or not isinstance(rows, list):
        summary = f"The export is of version {version}, not of {VERSION}."
        raise UsageError(summary, hint="Update claude-tray.")
    return _history(rows)


def read_table(data: bytes) -> History:
    """
    Return what an export as CSV holds.

    Raises:
        UsageError: A column is missing, or the file is no UTF-8.
    """
    try:
        table = data.decode()
    except UnicodeDecodeError as error:
        summary = "The table is not in UTF-8."
        raise UsageError(summary) from error
    rows = csv.DictReader(io.StringIO(table, newline=""))
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        summary = f"The table lacks the column {missing[0]}."
        raise UsageError(summary)
    return _history(map(_typed, rows))


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    flags = {name: row[name] == "1" for name in FLAGS}
    numbers = {
        name: int(row[name]) if str(row[name]).isdecimal() else -1
        for name in NUMBERS
        if row[name]
    }
    return {**row, **flags, **{n: numbers.get(n, 0) for n in NUMBERS}}


def _history(rows: Iterable[Any]) -> History:
    left_out = LeftOut()
    replies: list[Placed] = []
    sums: list[DaySum] = []
    for row in rows:
        try:
            entry = _entry(row)
        except NotUsableError as error:
            left_out.because(error)
            continue
        if isinstance(entry, DaySum):
            sums.append(entry)
        else:
            replies.append(entry)
    return History(FORMAT, tuple(replies), tuple(sums), left_out.told())


def _entry(row: Any) -> Placed | DaySum:  # noqa: ANN401 - JSON is anything
    if not isinstance(row, dict):
        raise NotUsableError(_NO_ROW)
    return _sum(row) if row.get("kind") == "sum" else _reply(row)


def _reply(row: dict[str, Any]) -> Placed:
    origin = Origin(
        row.get("is_sidechain") is True,
        at_iso(row.get("placed_at")),
        SessionId(text(row.get("session"))),
        ProjectPath(text(row.get("project"))),
    )
    report = Report(
        counts(*(row.get(name) for name in NUMBERS[:5])),
        at_iso(row.get("counted_at")),
        text(row.get("model")),
        Terms(
            text(row.get("speed")),
            text(row.get("inference_geo")),
            text(row.get("service_tier")),
            counts(row.get("web_searches")).input,
        ),
        text(row.get("request_id")),
    )
    record = UsageRecord(
        _key(row),
        text(row.get("message_id")),
        at_iso(row.get("time")),
        *report,
        *origin,
        row.get("is_final") is True,
        row.get("kind") != "share",
    )
    is_guess = row.get("project_is_guess") is True
    return Placed(record, text(row.get("account")), is_guess)


def _key(row: dict[str, Any]) -> int:
    written = text(row.get("key"))
    if len(written) != _KEY_DIGITS:
        raise NotUsableError(_NO_KEY)
    try:
        number = int(written, 16)
    except ValueError:
        raise NotUsableError(_NO_KEY) from None
    return number - 2 * _SIGN if number >= _SIGN else number


def _sum(row: dict[str, Any]) -> DaySum:
    return DaySum(
        text(row.get("source")),
        day_of(row.get("day")),
        text(row.get("project")),
        text(row.get("model")),
        counts(*(row.get(name) for name in NUMBERS[:5]), bits=DAY_BITS),
        text(row.get("account")),
    )
