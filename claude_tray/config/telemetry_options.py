"""Declare the options of metrics that other programs get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.config import choices
from claude_tray.config.option import Widget
from claude_tray.errors import gettext_noop

if TYPE_CHECKING:
    from claude_tray.config.option import OptionTable


def declare_prometheus_file(table: OptionTable) -> str:
    """Declare the file that the tray writes."""
    return table.text(
        "telemetry.prometheus_file",
        "",
        "File that the tray writes for Prometheus, as"
        " `/var/lib/prometheus/node-exporter/claude.prom`; empty: none"
        " ([monitoring.md](monitoring.md#this-computer))",
        Widget(
            gettext_noop("File for Prometheus"),
            gettext_noop("Full path, ending with .prom; empty: none"),
        ),
    )


def declare_otlp_endpoint(table: OptionTable) -> str:
    """Declare the address that metrics are sent to."""
    return table.text(
        "telemetry.otlp_endpoint",
        "",
        "Address of an OpenTelemetry collector that gets the metrics, as"
        " `https://otlp.example.com`; empty: nothing is sent",
        Widget(
            gettext_noop("OpenTelemetry address"),
            gettext_noop("Such as https://otlp.example.com; empty: none"),
        ),
    )


def declare_interval(table: OptionTable) -> int:
    """Declare how often both are renewed."""
    return table.integer(
        "telemetry.interval_seconds",
        60,
        (10, 86_400),
        "How often the file is renewed and metrics are sent",
        Widget(gettext_noop("Renew every"), unit="seconds"),
    )


def declare_projects(table: OptionTable) -> str:
    """Declare how projects are named."""
    return table.choice(
        "telemetry.projects",
        "hidden",
        "Whether and how projects are named in file and metrics;"
        " `sync.exclude` applies too",
        Widget(
            gettext_noop("Projects"),
            gettext_noop("Aliases cannot be reversed"),
            choices.PROJECT_NAMES,
        ),
    )
