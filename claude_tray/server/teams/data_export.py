"""Export everything that the server stores about a user."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.cost import format_usd
from claude_tray.core.time import format_iso
from claude_tray.core.usage import TOKEN_KINDS
from claude_tray.server.accounts.api_tokens import list_api_tokens
from claude_tray.server.teams.models import AuditEntry, Membership
from claude_tray.server.usage.archive import list_archives
from claude_tray.server.usage.queries import (
    export,
    filters,
    machines,
    timeseries,
)
from claude_tray.text import escape_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from claude_tray.core.cost import Totals
    from claude_tray.server.accounts.models import User


_CHUNK_BYTES: Final = 64 * 1024
# As many as the audit log's pages could show.
_MAX_AUDIT_ENTRIES: Final = 10_000
# Columns of sums, as format_totals returns them.
TOTAL_COLUMNS: Final = (
    "messages",
    *(kind.server_export_name for kind in TOKEN_KINDS),
    "cost_usd",
    "unpriced_messages",
)


def iter_archive(user: User) -> Iterator[bytes]:
    """
    Yield a ZIP archive of a user's data in chunks.

    It has `account.json`, `days.csv` (sums by day in UTC, which pruning
    leaves), `usage.csv` (one row per response) and, in `archive`, the files
    of responses that were moved out of the database.
    """
    buffer = _Buffer()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        account = json.dumps(build_account_data(user), indent=2)
        archive.writestr("account.json", account)
        tables = {
            "days.csv": format_csv(("day", *TOTAL_COLUMNS), _iter_days(user)),
            "usage.csv": format_csv(
                export.EXPORT_COLUMNS, export.iter_export_rows(user.pk)
            ),
        }
        for name, lines in tables.items():
            with archive.open(name, "w", force_zip64=True) as file:
                for line in lines:
                    file.write(line.encode())
                    if len(buffer) >= _CHUNK_BYTES:
                        yield buffer.take()
        for path in list_archives(user.pk):
            archive.write(path, f"archive/{path.name}")
            yield buffer.take()
    yield buffer.take()


def build_account_data(user: User) -> dict[str, Any]:
    """Return a user's profile, teams, machines, tokens and log entries."""
    entries = AuditEntry.objects.filter(subject=user) | (
        AuditEntry.objects.filter(actor=user)
    )
    teams = Membership.objects.filter(user=user).select_related("team")
    return {
        "name": user.username,
        "email": user.email,
        "is_staff": user.is_staff,
        "joined_at": _format_time(user.date_joined),
        "last_sign_in_at": _format_time(user.last_login),
        "teams": [
            {
                "name": membership.team.name,
                "role": membership.role,
                "joined_at": _format_time(membership.joined_at),
                "shares_sessions": membership.shares_sessions,
            }
            for membership in teams
        ],
        "machines": [
            {
                "machine_id": machine.machine_id,
                "name": machine.name,
                "last_sync_at": _format_time(machine.last_sync_at),
            }
            for machine in machines.list_machines(user.pk)
        ],
        "tokens": [
            {
                "name": token.name,
                "created_at": _format_time(token.created_at),
                "last_used_at": _format_time(token.last_used_at),
            }
            for token in list_api_tokens(user)
        ],
        "log": [
            {
                "at": _format_time(entry.at),
                "action": entry.action,
                "target": entry.target,
                "detail": entry.detail,
            }
            for entry in entries.order_by("-at", "-pk")[:_MAX_AUDIT_ENTRIES]
        ],
    }


def format_csv(
    columns: Iterable[str], rows: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield the lines of a CSV file; no cell is taken for a formula."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, [*columns], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(
            {
                name: escape_cell(value) if isinstance(value, str) else value
                for name, value in row.items()
            }
        )
    yield buffer.getvalue()


def _iter_days(user: User) -> Iterator[dict[str, Any]]:
    days = timeseries.load_daily_totals(filters.Filters(user.pk), UTC)
    for day, totals in days.items():
        yield {"day": day.isoformat(), **format_totals(totals)}


def format_totals(totals: Totals) -> dict[str, Any]:
    """Return the cells of sums; the cost is that of what has a price."""
    return {
        "messages": totals.messages,
        **{
            kind.server_export_name: count
            for kind, count in zip(TOKEN_KINDS, totals.tokens, strict=True)
        },
        "cost_usd": format_usd(totals.priced_cost),
        "unpriced_messages": totals.unpriced,
    }


def _format_time(at: datetime | None) -> str | None:
    return None if at is None else format_iso(at)


class _Buffer(io.RawIOBase):
    """A file that the archive is written to and read from meanwhile."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        chunk = bytes(data)
        self._chunks.append(chunk)
        self._length += len(chunk)
        return len(chunk)

    def take(self) -> bytes:
        """Return what was written since the last call."""
        chunks, self._chunks, self._length = self._chunks, [], 0
        return b"".join(chunks)
