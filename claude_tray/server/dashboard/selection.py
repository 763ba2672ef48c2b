"""What a person chose to look at, by a page's address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.server.dashboard.charts import (
    DEFAULT_DAY_COUNT,
    parse_day_count,
)
from claude_tray.server.dashboard.tables import (
    UNKNOWN_ACCOUNT_LINK,
    UNNAMED_MACHINE,
    format_account_name,
)
from claude_tray.server.usage.models import ClaudeAccount
from claude_tray.server.usage.queries import machines
from claude_tray.server.usage.queries.filters import Filters

if TYPE_CHECKING:
    from collections.abc import Mapping


_MIN_OPTIONS: Final = 2


class Selection(NamedTuple):
    """
    What is looked at.

    Attributes:
        days: How many of them.
        machine: Only this one; None is all.
        account: Only this one; None is all, "" the unknown one.
    """

    days: int = DEFAULT_DAY_COUNT
    machine: str | None = None
    account: str | None = None

    def to_filters(self, user: int) -> Filters:
        """Return what a person's readings are limited to."""
        return Filters(user, machine=self.machine, account=self.account)


class FilterOptions(NamedTuple):
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


def parse_selection(query: Mapping[str, str]) -> Selection:
    """Return what an address's query chooses."""
    account = query.get("account") or None
    return Selection(
        parse_day_count(query.get("days", "")),
        query.get("machine") or None,
        "" if account == UNKNOWN_ACCOUNT_LINK else account,
    )


def list_filter_options(
    user: int, selection: Selection
) -> tuple[FilterOptions, ...]:
    """Return what a person can choose from, in two small queries."""
    machine_options = [
        (
            info.machine_id,
            info.name or UNNAMED_MACHINE,
            info.machine_id == selection.machine,
        )
        for info in machines.list_machines(user)
    ]
    accounts = ClaudeAccount.objects.filter(user=user).order_by("key")
    account_options = [
        (
            key or UNKNOWN_ACCOUNT_LINK,
            format_account_name(key),
            key == selection.account,
        )
        for key in accounts.values_list("key", flat=True)
    ]
    option_lists = (
        FilterOptions(
            "machine", "Machine", "All machines", tuple(machine_options)
        ),
        FilterOptions(
            "account", "Account", "All accounts", tuple(account_options)
        ),
    )
    return tuple(
        accounts
        for accounts in option_lists
        if len(accounts.options) >= _MIN_OPTIONS
    )
