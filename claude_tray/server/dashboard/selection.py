"""Parse what the query of a page selects, and list what can be selected."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.calendar import BUCKET_MS, compute_first_bucket
from claude_tray.core.display_names import format_model_name
from claude_tray.server.dashboard.tables import (
    UNKNOWN_ACCOUNT_LINK,
    format_account_name,
    format_unnamed_machine,
)
from claude_tray.server.usage.queries import listings, machines, names
from claude_tray.server.usage.queries.filters import Filters
from claude_tray.web import ranges
from claude_tray.web.rows import SortOrder, parse_sort_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from claude_tray.web.page_context import PageContext


_MIN_OPTIONS: Final = 2
# A select element with more would be slow; the search finds the others.
_MAX_PROJECT_OPTIONS: Final = 200
_MAX_TEXT_LENGTH: Final = 255
_HOURS_PER_DAY: Final = 24
_DAYS_PER_WEEK: Final = 7


class Selection(NamedTuple):
    """
    The selected part of a user's usage.

    Attributes:
        days: Days to show.
        machine: Machine ID; None is all.
        account: Account key; None is all, "" the unknown account.
        model: Model ID; None is all.
        project: Name of a project; None is all.
        text: What to search for; "" is everything.
        order: Column that tables are sorted by.
        weekday: Weekday from 0 (Monday); None is all.
        hour: Hour of the day; None is all.
        has_days: The query names days.
    """

    days: ranges.DayRange
    machine: str | None = None
    account: str | None = None
    model: str | None = None
    project: str | None = None
    text: str = ""
    order: SortOrder = SortOrder()
    weekday: int | None = None
    hour: int | None = None
    has_days: bool = False

    def to_filters(self, user: int) -> Filters:
        """Return the filters of a user's queries, of all time."""
        return Filters(
            user,
            machine=self.machine,
            account=self.account,
            model=self.model,
        )


def parse_selection(
    query: Mapping[str, str], context: PageContext
) -> Selection:
    """Parse the query of a page; whatever is malformed counts as absent."""
    values = {key: query.get(key, "")[:_MAX_TEXT_LENGTH] for key in _TEXT_KEYS}
    account = values["account"] or None
    return Selection(
        ranges.parse_day_range(query, context.today),
        values["machine"] or None,
        "" if account == UNKNOWN_ACCOUNT_LINK else account,
        values["model"] or None,
        values["project"] or None,
        values["q"].strip(),
        parse_sort_order(values["sort"]),
        ranges.parse_number(query.get("weekday", ""), _DAYS_PER_WEEK),
        ranges.parse_number(query.get("hour", ""), _HOURS_PER_DAY),
        any(query.get(key) for key in ("days", "from", "to")),
    )


_TEXT_KEYS: Final = ("machine", "account", "model", "project", "q", "sort")


def limit_to_days(
    filters: Filters, days: ranges.DayRange, context: PageContext
) -> Filters:
    """Limit filters to days; today has no end, as clocks differ."""
    zone = context.zone
    until = None
    if days.last < context.today:
        following = days.last + timedelta(days=1)
        until = compute_first_bucket(following, zone) * BUCKET_MS
    since = compute_first_bucket(days.first, zone) * BUCKET_MS
    return replace(filters, since_ms=since, until_ms=until)


def list_hours(
    selection: Selection, context: PageContext
) -> tuple[tuple[int, int], ...]:
    """
    List the selected hours in the selected days, at most a year of them.

    Returns:
        Start and end of each in milliseconds since 1970; nothing if all
        hours are selected.
    """
    return ranges.list_hours(
        selection.days, selection.weekday, selection.hour, context
    )


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

    @property
    def is_useful(self) -> bool:
        """There is something to choose, or a choice to undo."""
        return len(self.options) >= _MIN_OPTIONS or any(
            is_selected for _, _, is_selected in self.options
        )


def list_filter_options(
    user: int,
    selection: Selection,
    infos: Sequence[machines.MachineInfo],
    context: PageContext,
    account_keys: Iterable[str] | None = None,
) -> tuple[FilterOptions, ...]:
    """
    List the filters that have something to choose.

    Args:
        user: Primary key of the user.
        selection: What is selected now.
        infos: The user's machines.
        context: Names of what has none.
        account_keys: Keys of the user's accounts; None loads them.
    """
    if account_keys is None:
        account_keys = names.load_account_keys(user)
    lists = (
        _list_projects(user, selection, context),
        _list_models(user, selection, context),
        _list_machines(infos, selection, context),
        _list_accounts(account_keys, selection, context),
    )
    return tuple(options for options in lists if options.is_useful)


def _list_projects(
    user: int, selection: Selection, context: PageContext
) -> FilterOptions:
    gettext = context.translator.gettext
    projects = listings.list_project_names(user, _MAX_PROJECT_OPTIONS)
    if selection.project is not None and selection.project not in projects:
        projects.append(selection.project)
    return FilterOptions(
        "project",
        gettext("Project"),
        gettext("All projects"),
        tuple((name, name, name == selection.project) for name in projects),
    )


def _list_models(
    user: int, selection: Selection, context: PageContext
) -> FilterOptions:
    gettext = context.translator.gettext
    models = listings.list_model_names(user)
    return FilterOptions(
        "model",
        gettext("Model"),
        gettext("All models"),
        tuple(
            (name, format_model_name(name), name == selection.model)
            for name in models
        ),
    )


def _list_machines(
    infos: Sequence[machines.MachineInfo],
    selection: Selection,
    context: PageContext,
) -> FilterOptions:
    gettext = context.translator.gettext
    return FilterOptions(
        "machine",
        gettext("Machine"),
        gettext("All machines"),
        tuple(
            (
                info.machine_id,
                info.name or format_unnamed_machine(context),
                info.machine_id == selection.machine,
            )
            for info in infos
        ),
    )


def _list_accounts(
    keys: Iterable[str], selection: Selection, context: PageContext
) -> FilterOptions:
    gettext = context.translator.gettext
    return FilterOptions(
        "account",
        gettext("Account"),
        gettext("All accounts"),
        tuple(
            (
                key or UNKNOWN_ACCOUNT_LINK,
                format_account_name(key, context),
                key == selection.account,
            )
            for key in sorted(keys)
        ),
    )
