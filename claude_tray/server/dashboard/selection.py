"""Parse the days, machine and account selected by a URL's query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.server.dashboard.tables import (
    UNKNOWN_ACCOUNT_LINK,
    format_account_name,
    format_unnamed_machine,
)
from claude_tray.server.usage.models import ClaudeAccount
from claude_tray.server.usage.queries import machines
from claude_tray.server.usage.queries.filters import Filters
from claude_tray.web.charts import DEFAULT_DAY_COUNT, parse_day_count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.web.page_context import PageContext


_MIN_OPTIONS: Final = 2


class Selection(NamedTuple):
    """
    The selected part of a user's usage.

    Attributes:
        days: Number of days, today included.
        machine: Machine ID; None is all.
        account: Account key; None is all, "" the unknown account.
    """

    days: int = DEFAULT_DAY_COUNT
    machine: str | None = None
    account: str | None = None

    def to_filters(self, user: int) -> Filters:
        """Return the filters of a user's queries."""
        return Filters(user, machine=self.machine, account=self.account)


class FilterOptions(NamedTuple):
    """
    Options of a select element.

    Attributes:
        field: Key in the query.
        label: Label of the element.
        all_label: Label of the option that selects everything.
        options: Value, name and whether it is selected.
    """

    field: str
    label: str
    all_label: str
    options: tuple[tuple[str, str, bool], ...]


def parse_selection(query: Mapping[str, str]) -> Selection:
    """Parse the query of a page."""
    account = query.get("account") or None
    return Selection(
        parse_day_count(query.get("days", "")),
        query.get("machine") or None,
        "" if account == UNKNOWN_ACCOUNT_LINK else account,
    )


def list_filter_options(
    user: int, selection: Selection, context: PageContext
) -> tuple[FilterOptions, ...]:
    """List the filters that have something to choose, in two queries."""
    gettext = context.translator.gettext
    machine_options = [
        (
            info.machine_id,
            info.name or format_unnamed_machine(context),
            info.machine_id == selection.machine,
        )
        for info in machines.list_machines(user)
    ]
    accounts = ClaudeAccount.objects.filter(user=user).order_by("key")
    account_options = [
        (
            key or UNKNOWN_ACCOUNT_LINK,
            format_account_name(key, context),
            key == selection.account,
        )
        for key in accounts.values_list("key", flat=True)
    ]
    option_lists = (
        FilterOptions(
            "machine",
            gettext("Machine"),
            gettext("All machines"),
            tuple(machine_options),
        ),
        FilterOptions(
            "account",
            gettext("Account"),
            gettext("All accounts"),
            tuple(account_options),
        ),
    )
    return tuple(
        filter_options
        for filter_options in option_lists
        if len(filter_options.options) >= _MIN_OPTIONS
    )
