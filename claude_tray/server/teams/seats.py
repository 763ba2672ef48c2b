"""Name the Claude accounts of a team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from claude_tray.errors import gettext_noop
from claude_tray.server.teams import audit, memberships
from claude_tray.server.teams.models import Membership, NamedAccount, Team
from claude_tray.server.usage.models import ClaudeAccount

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


def name_account(
    actor: User | None, team: Team, account_key: str, name: str
) -> None:
    """
    Name an account that a member uses.

    Args:
        actor: Who names it; None is a command.
        team: The team.
        account_key: Key of the account.
        name: New name; empty removes it.

    Raises:
        TeamRuleError: No member uses the account, or the name is invalid.
    """
    members = Membership.objects.filter(team=team).values("user")
    is_used = (
        account_key.isprintable()
        and bool(account_key)
        and ClaudeAccount.objects.filter(
            user__in=members, key=account_key
        ).exists()
    )
    if not is_used:
        raise memberships.TeamRuleError(
            gettext_noop("No member of this team uses that account.")
        )
    with transaction.atomic():
        rows = NamedAccount.objects.filter(team=team, account_key=account_key)
        if name.strip():
            name = memberships.clean_name(name)
            NamedAccount.objects.update_or_create(
                team=team, account_key=account_key, defaults={"name": name}
            )
        else:
            rows.delete()
        audit.record(
            actor, audit.Action.ACCOUNT_NAMED, account_key, name, team=team
        )
