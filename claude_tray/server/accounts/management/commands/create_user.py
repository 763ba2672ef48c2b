"""Create a user."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from claude_tray.server.accounts.models import User

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`create-user NAME --email ADDRESS [--password-stdin] [--staff]`."""

    help = "Create a user."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="user name")
        parser.add_argument("--email", help="default: NAME@localhost")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input",
        )
        parser.add_argument(
            "--staff",
            action="store_true",
            help="allow refreshing a server that other machines can reach",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        email = options["email"] or f"{name}@localhost"
        if User.objects.filter(username=name).exists():
            detail = f"User {name} already exists."
            raise CommandError(detail)
        user = User(username=name, email=email, is_staff=options["staff"])
        try:
            user.full_clean(exclude=["password"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        password = _read_password(is_piped=options["password_stdin"])
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.set_password(password)
        user.save()
        self.stdout.write(f"Created user {name}.")


def _read_password(*, is_piped: bool) -> str:
    if is_piped or not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = getpass.getpass()
        if getpass.getpass("Password (again): ") != password:
            detail = "The passwords do not match."
            raise CommandError(detail)
    if not password:
        detail = "No password given. Pipe it in with --password-stdin."
        raise CommandError(detail)
    return password
