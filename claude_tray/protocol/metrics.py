"""
Define the metrics of usage and limits, and collect their values.

The server's `/metrics`, the file for Prometheus and OTLP have these names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


# Ends of the names of metrics that are sums.
_SUMS: Final = ("cost", "tokens", "messages", "sessions")


class MetricDefinition(NamedTuple):
    """
    A metric of usage or limits.

    All are gauges, because stored values are corrected: a fuller line moves
    tokens to another kind, and another price table lowers costs. PromQL's
    `rate` would take that for a restart.

    Attributes:
        name: Name, with its unit at the end.
        help_text: One sentence.
        labels: Names of its labels.
    """

    name: str
    help_text: str
    labels: tuple[str, ...] = ()

    @property
    def is_sum(self) -> bool:
        """Its values may be added up over their labels."""
        return self.name.removesuffix("_usd").endswith(_SUMS)


_MODEL: Final = ("model",)
_ACCOUNT: Final = ("account",)
_LIMIT: Final = ("account", "limit")
_MACHINE: Final = ("machine", "name")
_AMOUNT: Final = ("account", "limit", "currency")

# Names and units follow https://prometheus.io/docs/practices/naming/: base
# units, ratios from 0 to 1, and the time of an event instead of a countdown.
DEFINITIONS: Final = tuple(
    MetricDefinition(*fields)
    for fields in (
        (
            "claude_tokens",
            "Tokens of all time by model and kind.",
            ("model", "kind"),
        ),
        (
            "claude_cost_usd",
            "List price of the responses whose price is known.",
            _MODEL,
        ),
        ("claude_messages", "Responses of all time.", _MODEL),
        (
            "claude_unpriced_messages",
            "Responses whose price is unknown; not part of claude_cost_usd.",
            _MODEL,
        ),
        (
            "claude_account_severity",
            "How close a limit is: 0 ok, 1 warning, 2 critical.",
            _ACCOUNT,
        ),
        (
            "claude_account_status",
            "1 for the account's status, 0 for the others.",
            ("account", "status"),
        ),
        (
            "claude_account_blocked",
            "1 while a limit blocks Claude Code or one model.",
            _ACCOUNT,
        ),
        (
            "claude_account_blocked_until_timestamp_seconds",
            "Time at which the block ends, if known.",
            _ACCOUNT,
        ),
        (
            "claude_window_start_timestamp_seconds",
            "Start of the open 5-hour window.",
            _ACCOUNT,
        ),
        (
            "claude_window_end_timestamp_seconds",
            "Reset of the open 5-hour window.",
            _ACCOUNT,
        ),
        (
            "claude_window_cost_usd",
            "List price of the open window's responses with a known price.",
            _ACCOUNT,
        ),
        (
            "claude_window_tokens",
            "Tokens of the open window by kind.",
            ("account", "kind"),
        ),
        (
            "claude_burn_rate_tokens_per_second",
            "Input and output tokens of the last 30 minutes, per second.",
            _ACCOUNT,
        ),
        (
            "claude_burn_rate_usd_per_second",
            "List price of the last 30 minutes, per second.",
            _ACCOUNT,
        ),
        (
            "claude_limit_used_ratio",
            "Used part of a limit as Claude Code reported it, 0 to 1.",
            _LIMIT,
        ),
        (
            "claude_limit_projected_ratio",
            "Used part of a limit at its reset if the pace stays.",
            _LIMIT,
        ),
        (
            "claude_limit_severity",
            "How close this limit is: 0 ok, 1 warning, 2 critical.",
            _LIMIT,
        ),
        (
            "claude_limit_binding",
            "1 for the limit that is reached first, 0 for the others.",
            _LIMIT,
        ),
        (
            "claude_limit_reset_timestamp_seconds",
            "Reset of a limit, if known.",
            _LIMIT,
        ),
        (
            "claude_limit_runs_out_timestamp_seconds",
            "Time at which a limit is used up at this pace, if before reset.",
            _LIMIT,
        ),
        (
            "claude_limit_report_timestamp_seconds",
            "Time at which Claude Code reported the limit.",
            _LIMIT,
        ),
        (
            "claude_machine_last_sync_timestamp_seconds",
            "Last sync of a machine.",
            _MACHINE,
        ),
        (
            "claude_machine_clock_skew_seconds",
            "Clock of a machine minus the server's at its last sync.",
            _MACHINE,
        ),
        (
            "claude_machine_revoked",
            "1 if a machine may no longer sync.",
            _MACHINE,
        ),
        (
            "claude_tray_info",
            "1, with the version of claude-tray.",
            ("version",),
        ),
        (
            "claude_tray_snapshot_timestamp_seconds",
            "Time at which these values were computed.",
        ),
        (
            "claude_tray_problem",
            "1 while Claude Code's logs or the store cannot be read.",
        ),
        (
            "claude_sessions",
            "Sessions that run: those that wait for you, and the others.",
            ("state",),
        ),
        (
            "claude_account_last_response_timestamp_seconds",
            "Time of the last response.",
            _ACCOUNT,
        ),
        (
            "claude_today_cost_usd",
            "List price of the responses since local midnight, if known.",
            _ACCOUNT,
        ),
        (
            "claude_today_tokens",
            "Tokens since local midnight by kind.",
            ("account", "kind"),
        ),
        (
            "claude_limit_amount_used",
            "Amount of money that is used, of a limit that counts money.",
            _AMOUNT,
        ),
        (
            "claude_limit_amount_max",
            "Amount of money that may be used, if there is a maximum.",
            _AMOUNT,
        ),
        (
            "claude_project_cost_usd",
            "List price of a project's responses with a known price.",
            ("project",),
        ),
        (
            "claude_project_tokens",
            "Tokens of a project by kind.",
            ("project", "kind"),
        ),
    )
)


class MetricSeries(NamedTuple):
    """
    A metric with its values.

    Attributes:
        definition: Its name and help.
        labels: Names of the labels, with that of the user if there is one.
        values: Each with the values of the labels.
    """

    definition: MetricDefinition
    labels: tuple[str, ...]
    values: tuple[tuple[tuple[str, ...], float], ...]


class MetricSamples:
    """Values by metric and labels; every series exists once."""

    def __init__(self, *, has_users: bool = False) -> None:
        """
        Create an empty collection.

        Args:
            has_users: Add a label with the name of the user.
        """
        self._user_label = ("user",) if has_users else ()
        self._user_value: tuple[str, ...] = ()
        self._definitions = {d.name: d for d in DEFINITIONS}
        self._values: dict[str, dict[tuple[str, ...], float]] = {
            name: {} for name in self._definitions
        }

    def select_user(self, name: str) -> None:
        """Add the following values to this user, if there is such a label."""
        self._user_value = (name,) if self._user_label else ()

    def set(self, name: str, value: float | None, /, **labels: str) -> None:
        """Set one value; None leaves it out."""
        if value is None:
            return
        key = tuple(labels[x] for x in self._definitions[name].labels)
        self._values[name][self._user_value + key] = value

    def set_time(
        self, name: str, at: datetime | None, /, **labels: str
    ) -> None:
        """Set a time, in seconds since 1970; None leaves it out."""
        self.set(name, None if at is None else at.timestamp(), **labels)

    def set_choice(
        self,
        name: str,
        values: Mapping[str, bool],
        label: str,
        /,
        **labels: str,
    ) -> None:
        """Set 1 or 0 for each value of a label."""
        for choice, is_chosen in values.items():
            self.set(name, int(is_chosen), **labels, **{label: choice})

    def list_metrics(self) -> list[MetricSeries]:
        """List the metrics that have values, in the order of the table."""
        return [
            MetricSeries(
                definition,
                self._user_label + definition.labels,
                tuple(values.items()),
            )
            for name, definition in self._definitions.items()
            if (values := self._values[name])
        ]


def format_prometheus_text(samples: MetricSamples) -> str:
    """
    Write samples in Prometheus' text format.

    It is read by node_exporter's textfile collector, which refuses a file
    that repeats a series. See
    https://prometheus.io/docs/instrumenting/exposition_formats/
    """
    lines = []
    for metric in samples.list_metrics():
        name = metric.definition.name
        lines.append(f"# HELP {name} {metric.definition.help_text}")
        lines.append(f"# TYPE {name} gauge")
        for key, value in metric.values:
            labels = ",".join(
                f'{label}="{_escape_label(text)}"'
                for label, text in zip(metric.labels, key, strict=True)
            )
            series = f"{name}{{{labels}}}" if labels else name
            lines.append(f"{series} {value}")
    return "".join(f"{line}\n" for line in lines)


def _escape_label(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
