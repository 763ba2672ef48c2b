"""Which database this is: a restored or recreated one is another."""

from __future__ import annotations

import uuid

from claude_tray.server.usage.models import Server


def server_id() -> str:
    """Return this database's own id, made when it is first asked for."""
    return server().server_id


def server() -> Server:
    """Return the one row about this database."""
    found, _ = Server.objects.get_or_create(
        pk=1,
        defaults={"server_id": uuid.uuid4().hex},
    )
    return found


def touch() -> None:
    """Write the row as it is: tells whether the database can be written."""
    Server.objects.filter(pk=1).update(server_id=server_id())
