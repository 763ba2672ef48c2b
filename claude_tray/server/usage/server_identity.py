"""Identify this database; a new one has another ID."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import connection

from claude_tray.server.usage.models import Server

_SERVER_ID_SQL: Final = "SELECT server_id FROM usage_server WHERE id = 1"


def get_server_id() -> str:
    """Return the ID of this database, created at first use."""
    with connection.cursor() as cursor:
        cursor.execute(_SERVER_ID_SQL)
        row = cursor.fetchone()
    return str(row[0]) if row else get_server().server_id


def get_server() -> Server:
    """Return the row of this database, created at first use."""
    server_row, _ = Server.objects.get_or_create(
        pk=1,
        defaults={"server_id": uuid.uuid4().hex},
    )
    return server_row


def check_writable() -> None:
    """Rewrite that row unchanged; raises if the database is not writable."""
    Server.objects.filter(pk=1).update(server_id=get_server_id())
