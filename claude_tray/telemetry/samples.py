"""Collect the metrics of this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray import __version__
from claude_tray.core import cost, status, usage
from claude_tray.protocol import account_metrics
from claude_tray.protocol.metrics import MetricSamples
from claude_tray.store import outbox, usage_queries
from claude_tray.sync import config, request

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from claude_tray.core.snapshot import Snapshot
    from claude_tray.store.connection import Reader


# A monitoring system stores each for months.
_MAX_PROJECTS: Final = 100
_REST: Final = "…other projects"


class StoredTotals(NamedTuple):
    """
    Totals of all time, by name.

    Attributes:
        models: By model.
        projects: By the name under which a project is shared; empty if
            projects are not.
    """

    models: dict[str, cost.Totals]
    projects: dict[str, cost.Totals]


def load_stored_totals(
    reader: Reader, privacy: config.PrivacySettings
) -> StoredTotals:
    """
    Load the totals that a snapshot does not have.

    Args:
        reader: The store.
        privacy: Whether and how projects are named.
    """
    models = usage_queries.load_all_models(reader)
    if privacy.projects == config.HIDDEN:
        return StoredTotals(models, {})
    projects = usage_queries.list_projects(reader)
    paths = [project.path for project in projects]
    paths += outbox.list_project_paths(reader)
    names = request.NameAnonymizer(privacy, dict.fromkeys(paths), {})
    totals = cost.merge_totals(
        {},
        [
            (names.project_name(project.path), project.totals)
            for project in projects
            if not names.is_excluded(project.path)
        ],
    )
    return StoredTotals(models, _limit_projects(totals))


def _limit_projects(totals: dict[str, cost.Totals]) -> dict[str, cost.Totals]:
    """Keep the most expensive projects, and sum up the rest."""
    order = sorted(
        totals, key=lambda name: totals[name].priced_cost, reverse=True
    )
    limited = {name: totals[name] for name in order[:_MAX_PROJECTS]}
    if rest := order[_MAX_PROJECTS:]:
        limited[_REST] = cost.sum_totals(totals[name] for name in rest)
    return limited


def collect_samples(
    snapshot: Snapshot, stored: StoredTotals, now: datetime
) -> MetricSamples:
    """
    Collect all metrics.

    Args:
        snapshot: Limits, windows and sessions.
        stored: Totals of all time.
        now: Current time, which may be later than the snapshot.
    """
    samples = MetricSamples()
    samples.set("claude_tray_info", 1, version=__version__)
    samples.set_time("claude_tray_snapshot_timestamp_seconds", now)
    samples.set("claude_tray_problem", int(bool(snapshot.problem)))
    count = snapshot.sessions
    states = {
        "waiting": count.waiting,
        "running": count.running - count.waiting,
    }
    for state, sessions in states.items():
        samples.set("claude_sessions", sessions, state=state)
    labels = _label_accounts(account.name for account in snapshot.accounts)
    for account, label in zip(snapshot.accounts, labels, strict=True):
        assessment = status.assess_account(snapshot, account, now)
        account_metrics.add_account(samples, label, account, assessment)
        samples.set(
            "claude_today_cost_usd",
            account_metrics.to_usd(account.today),
            account=label,
        )
        _add_tokens(samples, "claude_today", account.today, account=label)
    for model, totals in stored.models.items():
        account_metrics.add_model(samples, model, totals)
    for project, totals in stored.projects.items():
        dollars = account_metrics.to_usd(totals)
        samples.set("claude_project_cost_usd", dollars, project=project)
        _add_tokens(samples, "claude_project", totals, project=project)
    return samples


def _add_tokens(
    samples: MetricSamples, prefix: str, totals: cost.Totals, **labels: str
) -> None:
    for kind, count in zip(usage.TOKEN_KINDS, totals.tokens, strict=True):
        samples.set(f"{prefix}_tokens", count, kind=kind.name, **labels)


def _label_accounts(names: Iterable[str]) -> list[str]:
    """Number accounts of the same name: each needs series of its own."""
    labels: list[str] = []
    for name in names:
        label, number = name, 1
        while label in labels:
            number += 1
            label = f"{name} {number}"
        labels.append(label)
    return labels
