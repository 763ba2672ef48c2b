"""GET /readyz: whether requests can be answered; /healthz is middleware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.server.api.schema import described
from claude_tray.server.problems import StorageError
from claude_tray.server.usage.identity import touch
from claude_tray.wire.server_api import Ready

if TYPE_CHECKING:
    from rest_framework.request import Request


class ReadyView(APIView):
    """Ready: the schema is this program's, and a row can be written."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    @described("ready", Ready, is_open=True, refuses=(507,))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise StorageError(is_full=False)
        touch()
        answer: Ready = {"status": "ready"}
        return Response(answer)
