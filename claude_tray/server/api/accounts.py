"""GET accounts/: status, window, pace and limits of Claude accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.protocol.account_api import (
    AccountStateList,
    build_account_state,
)
from claude_tray.server.accounts.permissions import CanRead, require_user
from claude_tray.server.api.openapi import describe_endpoint
from claude_tray.server.api.serializers import (
    ACCOUNT_PARAMETER,
    build_text_parameter,
    format_timestamp,
    parse_text,
)
from claude_tray.server.reader_locale import (
    UTC_ZONE,
    load_preferred_translator,
    parse_zone,
)
from claude_tray.server.usage.assessments import load_assessed_accounts

if TYPE_CHECKING:
    from rest_framework.request import Request


_ZONE_PARAMETER: Final = build_text_parameter(
    "zone",
    'Time zone of "today" and of times in sentences, such as Europe/Berlin;'
    " UTC if it is unknown.",
)


class AccountsView(APIView):
    """
    Status, open window, pace, projection and all limits of each account.

    Sentences are in the language of the header Accept-Language.
    """

    permission_classes = (CanRead,)

    @describe_endpoint(
        "accounts",
        AccountStateList,
        parameters=(ACCOUNT_PARAMETER, _ZONE_PARAMETER),
    )
    def get(self, request: Request) -> Response:
        now = timezone.now()
        zone = parse_zone(parse_text(request, "zone") or "") or UTC_ZONE
        accounts = load_assessed_accounts(
            require_user(request).pk,
            now,
            key=parse_text(request, "account"),
            zone=zone,
            translator=load_preferred_translator(
                request.headers.get("Accept-Language", "")
            ),
            has_typical_usage=True,
        )
        body: AccountStateList = {
            "count": len(accounts),
            "as_of": format_timestamp(now) or "",
            "zone": zone.key,
            "accounts": [
                build_account_state(
                    account.state,
                    account.assessment,
                    {
                        "label": account.description.pill,
                        "sentence": account.description.sentence,
                    },
                    now,
                )
                for account in accounts
            ],
        }
        return Response(body)
