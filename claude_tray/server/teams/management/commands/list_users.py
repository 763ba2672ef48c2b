"""List the users of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from claude_tray.server.accounts.models import User
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`list-users [--inactive]`."""

    help = "List the users: name, address, state, last sign-in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--inactive", action="store_true", help="only deactivated users"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        users = User.objects.order_by("username")
        if options["inactive"]:
            users = users.filter(is_active=False)
        for user in users:
            state = "active" if user.is_active else "inactive"
            if user.is_staff:
                state += ",staff"
            last = (
                f"{user.last_login:%Y-%m-%d}" if user.last_login else "never"
            )
            self.stdout.write(
                make_visible(
                    f"{user.username}\t{user.email}\t{state}\t{last}",
                    keep="\t",
                )
            )
