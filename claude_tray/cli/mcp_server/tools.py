"""Answer the calls of agents: limits, pace, budget and spend by project."""

from __future__ import annotations

from argparse import Namespace
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from claude_tray.app import budget
from claude_tray.app.context import AppContext, load_context, utc_now
from claude_tray.app.data_access import open_for_reading, select_accounts
from claude_tray.cli import lookup, shared
from claude_tray.cli.parser import load_gettext
from claude_tray.core import cost, current_limits, spans, status, time
from claude_tray.errors import ClaudeTrayError, UsageError, gettext_noop
from claude_tray.platform.logging_setup import log_internal_error
from claude_tray.protocol import (
    agent_tools,
    budget_api,
    cost_details,
    limits_api,
    usage_api,
)
from claude_tray.store import period_usage, usage_queries
from claude_tray.store.snapshot import SnapshotBuilder
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date, datetime

    from claude_tray.core.accounts import Account
    from claude_tray.core.snapshot import AccountSnapshot
    from claude_tray.store.connection import Reader


_ALL: Final = "all"


class Answer(NamedTuple):
    """
    Result of a call.

    Attributes:
        text: JSON of the value, or what went wrong.
        value: Structured result; None if the call failed.
    """

    text: str
    value: Any = None


class Tool(NamedTuple):
    """
    A tool as agents see it.

    Attributes:
        title: Readable name.
        description: What it is for.
        arguments: Type of its arguments.
        reply: Type of its result.
        load: Returns the result.
    """

    title: str
    description: str
    arguments: Any
    reply: Any
    load: Callable[[_Call, Any], Any]


class _Call(NamedTuple):
    """What a tool reads from; `now` is in the local time zone."""

    reader: Reader
    context: AppContext
    accounts: list[Account]
    now: datetime
    is_complete: bool


class Toolbox:
    """
    Runs tools, each with the settings and transcripts of that moment.

    Args:
        arguments: Command line, as of any command that reads the store.
    """

    def __init__(self, arguments: Namespace) -> None:
        self._arguments = arguments

    def call(self, name: str, values: Mapping[str, object]) -> Answer:
        """
        Run a tool; what fails is an answer too.

        Args:
            name: Name of the tool.
            values: Its arguments, as the agent wrote them.
        """
        tool = TOOLS[name]
        try:
            given = {k: v for k, v in values.items() if v is not None}
            # Some clients send all arguments as text.
            arguments = msgspec.convert(given, tool.arguments, strict=False)
            with self._open(arguments.account) as call:
                value = tool.load(call, arguments)
            return Answer(shared.format_json(value), value)
        except msgspec.ValidationError as error:
            return Answer(make_visible(f"Wrong arguments: {error}."))
        except ClaudeTrayError as error:
            return Answer(error.describe(load_gettext()))
        except Exception as error:  # noqa: BLE001 - a sentence for the agent
            return Answer(log_internal_error(error).describe())

    @contextmanager
    def _open(self, account: str) -> Iterator[_Call]:
        # A copy: reading notes its result in it.
        arguments = Namespace(**vars(self._arguments))
        arguments.profile = account or None
        context = load_context(arguments)
        with open_for_reading(arguments, context) as reader:
            is_complete = shared.build_completeness(arguments) == {}
            accounts = select_accounts(reader, arguments, context)
            now = utc_now().astimezone()
            yield _Call(reader, context, accounts, now, is_complete)


def build_schema(of_type: Any) -> dict[str, Any]:
    """Return the JSON schema of a type, with an object at its root."""
    (root,), parts = msgspec.json.schema_components(
        [of_type], ref_template="#/$defs/{name}"
    )
    name = root["$ref"].rpartition("/")[2]
    schema = parts.pop(name)
    return {**schema, "$defs": parts} if parts else schema


def _load_limits(
    call: _Call, _: agent_tools.AccountArguments
) -> agent_tools.LimitsReply:
    snapshot = SnapshotBuilder(call.reader).build(call.accounts, call.now)
    return {
        "as_of": time.format_iso(call.now),
        "complete": call.is_complete,
        "accounts": [
            agent_tools.AccountLimits(
                **_describe_account(call, state),
                plan=state.plan,
                **limits_api.build_limit_status(
                    status.assess_account(snapshot, state, call.now)
                ),
            )
            for state in snapshot.accounts
        ],
    }


def _describe_account(
    call: _Call, state: AccountSnapshot
) -> agent_tools.SessionAccount:
    """Return the fields that name an account and its open window."""
    keys = {account.path: account.key for account in call.accounts}
    session = budget.find_session_account(call.reader, call.context)
    window = current_limits.get_open_window(state, call.now)
    return {
        "account": state.name,
        "is_of_session": keys[state.path] == session,
        "window_start": window and time.format_iso(window.start),
        "window_end": window and time.format_iso(window.end),
    }


def _load_pace(
    call: _Call, _: agent_tools.AccountArguments
) -> agent_tools.PaceReply:
    snapshot = SnapshotBuilder(call.reader).build(call.accounts, call.now)
    return {
        "as_of": time.format_iso(call.now),
        "complete": call.is_complete,
        "accounts": [
            _build_pace(call, state, status.project_limits(state, call.now))
            for state in snapshot.accounts
        ],
    }


def _build_pace(
    call: _Call,
    state: AccountSnapshot,
    projections: tuple[status.LimitProjection, ...],
) -> agent_tools.AccountPace:
    pace = state.pace
    items = map(limits_api.build_limit_item, projections)
    return {
        **_describe_account(call, state),
        "tokens_per_minute": pace.tokens_per_minute if pace else None,
        "cost_per_hour_usd": pace.cost_per_hour if pace else None,
        "forecast": limits_api.build_forecast_item(
            pace.forecast if pace else None
        ),
        "forecast_record": limits_api.build_forecast_record(
            state.forecast_record
        ),
        "limits": [
            {
                "name": item["name"],
                "used_percentage": item["used_percentage"],
                "percent_at_reset": item["percent_at_reset"],
                "runs_out_at": item["runs_out_at"],
                "resets_at": item["resets_at"],
            }
            for item in items
        ],
    }


def _load_budget(
    call: _Call, arguments: agent_tools.BudgetArguments
) -> budget_api.BudgetItem:
    if not arguments.account:
        budget.check_session_folder(call.context)
    need = None if arguments.need is msgspec.UNSET else arguments.need
    report = budget.load_budget(
        call.reader, call.context, call.accounts, need, call.now
    )
    return budget.format_report(report, call.context, call.now)


def _load_spend(
    call: _Call, arguments: agent_tools.SpendArguments
) -> agent_tools.SpendReply:
    first, last = _parse_period(arguments.period, call.now.date())
    known = usage_queries.list_projects(call.reader)
    project = account = None
    if arguments.project:
        project = lookup.find_project(arguments.project, known).path
    if arguments.account:
        account = call.accounts[0].key
    parts = period_usage.list_usage_parts(
        call.reader,
        period_usage.UsageFilter(
            spans.compute_span_range(first, last, None), account, project
        ),
        "project",
    )
    parts.sort(key=lambda part: (-part.totals.priced_cost, part.project))
    names = {item.path: item.name for item in known}
    total = cost.sum_totals(part.totals for part in parts)
    return {
        "as_of": time.format_iso(call.now),
        "complete": call.is_complete,
        "period": arguments.period,
        "first_day": first.isoformat() if first else None,
        "last_day": last.isoformat() if last else None,
        **usage_api.build_usage_sums(total),
        **cost_details.build_cost_details(total),
        "project_count": len(parts),
        "projects": [
            {
                "name": names.get(part.project, part.project),
                "path": part.project,
                **usage_api.build_usage_sums(part.totals),
                **cost_details.build_cost_details(part.totals),
            }
            for part in parts[: arguments.limit]
        ],
    }


def _parse_period(text: str, today: date) -> tuple[date | None, date | None]:
    """
    Return the first and the last day of a period; None is open.

    Raises:
        UsageError: It names no days.
    """
    if text.strip().lower() == _ALL:
        return None, None
    term = spans.parse_day_term(text)
    if term is None:
        raise UsageError(
            gettext_noop("“{period}” is not a period."),
            hint=gettext_noop(
                "Periods are written as today, 7d, 2026-11 or all."
            ),
            period=text,
        )
    return term.resolve(today)


TOOLS: Final = {
    "limits": Tool(
        "Usage limits",
        "Used percentage, reset time and severity of every usage limit of"
        " Claude Code (5 hours, week, single models, money), and which one"
        " blocks now.",
        agent_tools.AccountArguments,
        agent_tools.LimitsReply,
        _load_limits,
    ),
    "pace": Tool(
        "Pace",
        "How fast the limits are being used, when they run out or how much"
        " will be used at the reset, and how reliable such forecasts were.",
        agent_tools.AccountArguments,
        agent_tools.PaceReply,
        _load_pace,
    ),
    "budget": Tool(
        "Budget",
        "Whether enough of the limit is left for a piece of work; call it"
        " before long or expensive work.",
        agent_tools.BudgetArguments,
        budget_api.BudgetItem,
        _load_budget,
    ),
    "spend": Tool(
        "Spend by project",
        "Tokens and list prices of a period, by project, the most expensive"
        " first.",
        agent_tools.SpendArguments,
        agent_tools.SpendReply,
        _load_spend,
    ),
}
