"""Revoke tokens, or sign a program out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claude_tray.server.accounts import api_tokens
from claude_tray.server.accounts.management.commands.create_token import (
    add_name_option,
    add_user_argument,
    require_user_named,
)
from claude_tray.server.accounts.sign_ins import end_sign_ins

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from datetime import datetime

    from claude_tray.server.accounts.models import User


class Command(BaseCommand):
    """`revoke-token USER (--machine laptop | --id ID | --programs)`."""

    help = "Revoke all tokens of a name, one by its ID, or sign programs out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_user_argument(parser)
        group = parser.add_mutually_exclusive_group(required=True)
        add_name_option(group)
        group.add_argument("--id", dest="jti", help="ID of list-tokens")
        group.add_argument(
            "--programs",
            action="store_true",
            help="sign out all programs of the user",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user, now = require_user_named(options["name"]), timezone.now()
        if options["programs"]:
            count = end_sign_ins(user, now)
            self.stdout.write(f"Signed out {count} program(s).")
        elif options["jti"]:
            self._revoke_one(user, options["jti"], now)
        else:
            self._revoke_named(user, options["token_name"], now)

    def _revoke_one(self, user: User, jti: str, now: datetime) -> None:
        token = api_tokens.revoke_token(user, jti, now)
        if token is None:
            detail = f"{user} has no valid token with this ID."
            raise CommandError(detail)
        self.stdout.write(f"Revoked the token of {token.name}.")

    def _revoke_named(self, user: User, name: str, now: datetime) -> None:
        count = len(api_tokens.revoke_api_tokens_named(user, name, now))
        if not count:
            detail = f"{user} has no valid token for {name}."
            raise CommandError(detail)
        self.stdout.write(f"Revoked {count} token(s) of {name}.")
