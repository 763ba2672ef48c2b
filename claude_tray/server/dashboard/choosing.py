"""What a person chose to look at, by a page's address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.server.dashboard.accounts import UNKNOWN_LINK, name_of
from claude_tray.server.dashboard.days import USUAL_LENGTH, length_of
from claude_tray.server.dashboard.machines import UNNAMED
from claude_tray.server.usage.models import ClaudeAccount
from claude_tray.server.usage.queries import machines
from claude_tray.server.usage.queries.filters import Filters

if TYPE_CHECKING:
    from collections.abc import Mapping

_FEW: Final = 2


class Choice(NamedTuple):
    """
    What is looked at.

    Attributes:
        days: How many of them.
        machine: Only this one; None is all.
        account: Only this one; None is all, "" the unknown one.
    """

    days: int = USUAL_LENGTH
    machine: str | None = None
    account: str | None = None

    def of(self, user: int) -> Filters:
        """Return what a person's readings are limited to."""
        return Filters(user, machine=self.machine, account=self.account)


class Options(NamedTuple):
    """
    A list to choose from; empty where there is nothing to choose.

    Attributes:
        field: Its name in addresses.
        label: What it is called; `everything` is its first line.
        options: Value, name and whether it is chosen.
    """

    field: str
    label: str
    everything: str
    options: tuple[tuple[str, str, bool], ...]


def choice_of(query: Mapping[str, str]) -> Choice:
    """Return what an address's query chooses."""
    account = query.get("account") or None
    return Choice(
        length_of(query.get("days", "")),
        query.get("machine") or None,
        "" if account == UNKNOWN_LINK else account,
    )


def options_for(user: int, choice: Choice) -> tuple[Options, ...]:
    """Return what a person can choose from, in two small queries."""
    sent = [
        (
            info.machine_id,
            info.name or UNNAMED,
            info.machine_id == choice.machine,
        )
        for info in machines.listing(user)
    ]
    found = ClaudeAccount.objects.filter(user=user).order_by("key")
    used = [
        (key or UNKNOWN_LINK, name_of(key), key == choice.account)
        for key in found.values_list("key", flat=True)
    ]
    lists = (
        Options("machine", "Machine", "All machines", tuple(sent)),
        Options("account", "Account", "All accounts", tuple(used)),
    )
    return tuple(found for found in lists if len(found.options) >= _FEW)
