"""List tokens and signed-in programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from claude_tray.server.accounts.api_tokens import list_api_tokens
from claude_tray.server.accounts.management.commands.create_token import (
    add_user_argument,
    require_user_named,
)
from claude_tray.server.accounts.sign_ins import list_sign_ins

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from datetime import datetime

    from claude_tray.server.accounts.models import ApiToken


class Command(BaseCommand):
    """`list-tokens USER [--all]`."""

    help = "List the tokens and the signed-in programs of a user."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_user_argument(parser)
        parser.add_argument(
            "--all",
            action="store_true",
            help="also list revoked and expired tokens",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user, now = require_user_named(options["name"]), timezone.now()
        tokens = [
            token
            for token in list_api_tokens(user)
            if options["all"] or token.is_valid(now)
        ]
        rows = [
            ("ID", "SCOPE", "LAST USED", "STATE", "MACHINE", "NAME"),
            *(
                _format_row(token, now)
                for token in (*tokens, *list_sign_ins(user, now))
            ),
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = map(str.ljust, row, widths)
            self.stdout.write("  ".join(cells).rstrip())


def _format_row(token: ApiToken, now: datetime) -> tuple[str, ...]:
    state = f"until {token.expires_at:%Y-%m-%d}"
    if token.revoked_at is not None:
        state = "revoked"
    elif not token.is_valid(now):
        state = "expired"
    return (
        token.jti,
        token.scope,
        f"{token.last_used_at:%Y-%m-%d %H:%M}"
        if token.last_used_at
        else "never",
        state,
        token.machine_id or "-",
        token.name,
    )
