from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.core.live_sessions import SessionCount
from claude_tray.core.snapshot import Snapshot
from claude_tray.core.usage import TokenCounts
from claude_tray.protocol.metrics import format_prometheus_text
from claude_tray.store.connection import open_reader, open_writer
from claude_tray.sync.config import PrivacySettings
from claude_tray.telemetry.samples import (
    StoredTotals,
    collect_samples,
    load_stored_totals,
)
from tests.support.assessment_states import NOW, STATES, make_account
from tests.support.builders import MODEL, make_record, nano_usd
from tests.support.prometheus import find_lint_errors, parse_metrics
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.assessment_states import AssessmentState

NOTHING = StoredTotals({}, {})


def _parse(
    snapshot: Snapshot, stored: StoredTotals = NOTHING
) -> dict[str, float]:
    """Return the values by name and values of the labels."""
    text = format_prometheus_text(collect_samples(snapshot, stored, NOW))
    assert find_lint_errors(text) == ""
    return {
        " ".join([name, *(value for _, value in sorted(labels))]): value
        for (name, labels), value in parse_metrics(text).items()
    }


@pytest.mark.parametrize("state", STATES, ids=[s.name for s in STATES])
def test_every_state_is_exported(state: AssessmentState) -> None:
    values = _parse(state.snapshot)

    accounts = state.snapshot.accounts
    found = [
        v for k, v in values.items() if k.startswith("claude_account_status ")
    ]
    assert sum(found) == len(accounts)
    assert values["claude_tray_problem"] == bool(state.snapshot.problem)


def test_sessions_and_today_are_exported() -> None:
    today = Totals(
        2, TokenCounts(input=7, output=3), priced_cost=nano_usd(1_500_000_000)
    )
    account = make_account(name="work", today=today)
    snapshot = Snapshot(NOW, (account,), sessions=SessionCount(3, 1))

    values = _parse(snapshot)

    assert values["claude_sessions waiting"] == 1
    assert values["claude_sessions running"] == 2
    assert values["claude_today_cost_usd work"] == 1.5
    assert values["claude_today_tokens work input"] == 7
    assert values["claude_tray_snapshot_timestamp_seconds"] == NOW.timestamp()


def test_accounts_of_one_name_have_series_of_their_own() -> None:
    accounts = tuple(
        make_account(name="work", path=path, today=ZERO_TOTALS)
        for path in ("/a", "/b", "/c")
    )

    values = _parse(Snapshot(NOW, accounts))

    names = {k for k in values if k.startswith("claude_account_severity")}
    assert names == {
        "claude_account_severity work",
        "claude_account_severity work 2",
        "claude_account_severity work 3",
    }


PROJECTS = ("/home/ada/notes", "/home/ada/secret-plan", "/home/ada/shop")


def _load(
    tmp_path: Path, privacy: PrivacySettings, *paths: str
) -> StoredTotals:
    database = tmp_path / "usage.db"
    writer = open_writer(database)
    records = [
        make_record(message=f"m{number}", session=f"s{number}", project=path)
        for number, path in enumerate(paths)
    ]
    save_records(writer, *records)
    writer.close()
    reader = open_reader(database)
    try:
        return load_stored_totals(reader, privacy)
    finally:
        reader.close()


def test_projects_are_hidden_unless_they_are_shared(tmp_path: Path) -> None:
    hidden = _load(tmp_path, PrivacySettings("hidden"), *PROJECTS)

    assert hidden.projects == {}
    assert hidden.models[MODEL].messages == 3
    values = _parse(Snapshot(NOW), hidden)
    assert values[f"claude_messages {MODEL}"] == 3
    assert not [name for name in values if "project" in name]


def test_excluded_projects_are_never_named(tmp_path: Path) -> None:
    privacy = PrivacySettings("names", exclude=("secret-*",))

    named = _load(tmp_path, privacy, *PROJECTS)

    assert set(named.projects) == {"notes", "shop"}
    values = _parse(Snapshot(NOW), named)
    assert "claude_project_cost_usd notes" in values
    assert not [name for name in values if "secret" in name]


def test_aliases_do_not_contain_names(tmp_path: Path) -> None:
    privacy = PrivacySettings("aliases", key=b"0123456789abcdef")

    named = _load(tmp_path, privacy, *PROJECTS)

    assert len(named.projects) == 3
    assert all(name.startswith("p-") for name in named.projects)


def test_only_the_most_expensive_projects_have_their_own_series(
    tmp_path: Path,
) -> None:
    paths = [f"/home/ada/p{number}" for number in range(130)]

    named = _load(tmp_path, PrivacySettings("names"), *paths)

    assert len(named.projects) == 101
    assert named.projects["…other projects"].messages == 30
    assert sum(t.messages for t in named.projects.values()) == 130
