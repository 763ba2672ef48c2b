"""Define the metrics of usage and limits, collect and format their series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from claude_tray.server.metrics.response_counts import (
    register_response_counts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from prometheus_client.core import Metric


class MetricDefinition(NamedTuple):
    """
    A metric of usage or limits.

    All are gauges, because stored values are corrected: a fuller line moves
    tokens to another kind, and another price table lowers costs. PromQL's
    `rate` would take that for a restart.
    """

    name: str
    help_text: str
    labels: tuple[str, ...]


_MODEL: Final = ("model",)
_ACCOUNT: Final = ("account",)
_LIMIT: Final = ("account", "limit")
_MACHINE: Final = ("machine", "name")

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
    )
)


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

    def build_families(self) -> Iterator[Metric]:
        """Build the library's objects; metrics without values are left out."""
        for name, definition in self._definitions.items():
            if values := self._values[name]:
                family = GaugeMetricFamily(
                    name,
                    definition.help_text,
                    labels=self._user_label + definition.labels,
                )
                for key, value in values.items():
                    family.add_metric(key, value)
                yield family


class _SampleCollector(Collector):
    """Give the library samples that were collected before."""

    def __init__(self, samples: MetricSamples) -> None:
        self._samples = samples

    def collect(self) -> Iterator[Metric]:
        return self._samples.build_families()


class Exposition(NamedTuple):
    """A response to a scrape."""

    body: bytes
    content_type: str


def expose_samples(
    samples: MetricSamples, accept: str = "", *, has_responses: bool = False
) -> Exposition:
    """
    Format samples.

    Args:
        samples: Usage and limits.
        accept: The scraper's Accept header, which selects OpenMetrics or
            the classic format.
        has_responses: Add the counts of the server's responses, which
            concern all users.
    """
    registry = CollectorRegistry(support_collectors_without_names=True)
    registry.register(_SampleCollector(samples))
    if has_responses:
        register_response_counts(registry)
    encode, content_type = choose_encoder(accept)
    return Exposition(encode(registry), content_type)
