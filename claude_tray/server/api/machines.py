"""GET machines/ and DELETE machines/<id>/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.server.accounts.person import person_of
from claude_tray.server.api import encode
from claude_tray.server.api.schema import described
from claude_tray.server.usage import machines as writes
from claude_tray.server.usage.queries import machines
from claude_tray.wire.server_api import MachineList

if TYPE_CHECKING:
    from rest_framework.request import Request


class MachinesView(APIView):
    """The machines that send, and how far each has told."""

    @described("machines", MachineList)
    def get(self, request: Request) -> Response:
        found = machines.listing(person_of(request).pk)
        answer: MachineList = {
            "count": len(found),
            "machines": [encode.machine(info) for info in found],
        }
        return Response(answer)


class MachineView(APIView):
    """One machine."""

    @described("revoke_machine", None)
    def delete(self, request: Request, machine_id: str) -> Response:
        """Refuse what it sends from now on; what it sent stays."""
        if not writes.revoke(
            person_of(request).pk, machine_id, timezone.now()
        ):
            told = "There is no such machine."
            raise NotFound(told)
        return Response(status=204)
