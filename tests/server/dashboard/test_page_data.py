from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claude_tray.server.dashboard.page_data import load_usage_breakdown
from claude_tray.server.usage.queries.filters import Filters
from tests.server.dashboard.page_client import upload
from tests.server.dashboard.sample_usage import build_payloads

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


def test_machines_that_just_appeared_are_left_out(ana: User) -> None:
    upload(ana, *build_payloads(datetime.now(UTC), days=3))

    # A page loads its machines first; meanwhile another one uploads.
    found = load_usage_breakdown(Filters(ana.pk), UTC, (), ())

    assert found.models
    assert (found.machines, found.accounts) == ({}, {})
