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

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`revoke-token USER (--machine laptop | --id ID)`."""

    help = "Revoke all tokens of a name, or one token or signed-in program."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_user_argument(parser)
        group = parser.add_mutually_exclusive_group(required=True)
        add_name_option(group)
        group.add_argument("--id", dest="jti", help="ID of list-tokens")

    def handle(self, *args: Any, **options: Any) -> None:
        user, now = require_user_named(options["name"]), timezone.now()
        if options["jti"]:
            token = api_tokens.revoke_token(user, options["jti"], now)
            if token is None:
                detail = f"{user} has no valid token with this ID."
                raise CommandError(detail)
            self.stdout.write(f"Revoked the token of {token.name}.")
            return
        name = options["token_name"]
        count = len(api_tokens.revoke_api_tokens_named(user, name, now))
        if not count:
            detail = f"{user} has no valid token for {name}."
            raise CommandError(detail)
        self.stdout.write(f"Revoked {count} token(s) of {name}.")
