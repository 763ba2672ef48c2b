"""Open the page about what fits, reached limits and the start of a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.limits import FIVE_HOUR, LimitSample
from claude_tray.core.time import format_iso, to_epoch_ms
from claude_tray.store.connection import open_writer, transaction
from claude_tray.store.limit_reports import save_samples
from tests.local_page.sample_usage import OPUS, SampleSession
from tests.local_page.test_same_figures import run_json
from tests.support.builders import make_limit_line

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite

START = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(
    minutes=200
)
RESET = START + timedelta(hours=5)


@pytest.fixture
def busy_site(empty_site: LocalSite) -> LocalSite:
    """Twenty replies take 60 points; then the limit is full."""
    sandbox = empty_site.sandbox
    last = START + timedelta(minutes=1 + 4 * 19, seconds=5)
    SampleSession("shop", "/home/ada/shop", OPUS, timedelta(0), 20, 900).write(
        sandbox.claude, last
    )
    text = f"Claude AI usage limit reached|{RESET.timestamp():.0f}"
    at = START + timedelta(minutes=100)
    line = make_limit_line(
        text, timestamp=format_iso(at), sessionId="shop", cwd="/home/ada/shop"
    )
    sandbox.claude.append(line, name="shop.jsonl")
    sandbox.refresh()
    path = sandbox.app_home / "data" / "usage.db"
    with open_writer(path) as writer, transaction(writer):
        for minute, percent in ((41, 30), (81, 60)):
            at_ms = to_epoch_ms(START + timedelta(minutes=minute))
            reset_ms = to_epoch_ms(RESET)
            sample = LimitSample("", FIVE_HOUR, percent, reset_ms, at_ms)
            save_samples(writer, [sample._replace(session="shop")])
    return empty_site


def test_work_limits_and_starts_are_shown(busy_site: LocalSite) -> None:
    client = busy_site.follow(busy_site.open())
    fit = run_json(busy_site, "fit")[0]
    walls = run_json(busy_site, "walls")[0]

    page = unescape(client.get("/planning").text)

    assert f"{fit['left_points']:.0f}% of the 5-hour limit is left" in page
    assert ">A turn, last 31 days<" in page or ">A turn today<" in page
    assert "shop, per window" in page
    assert len(walls["walls"]) == 1
    assert "1 limit was reached in 60 days" in page
    assert 'href="?walls=365#walls"' in page


def test_a_start_is_replayed_by_a_form(busy_site: LocalSite) -> None:
    client = busy_site.follow(busy_site.open())

    page = client.get("/planning?start=07%3A10&walls=30").text
    wrong = client.get("/planning?start=%22%3E%3Cb%3E").text

    assert ">07:10<" in page
    assert '<input type="hidden" name="walls" value="30">' in page
    assert "1 limit was reached in 30 days" in page
    assert "Enter a time such as 07:10." in wrong
    assert "<b>" not in wrong


def test_a_new_user_is_told_to_wait(empty_site: LocalSite) -> None:
    client = empty_site.follow(empty_site.open())

    page = client.get("/planning").text

    assert "Waiting for your first Claude Code message" in page
    assert "reported no percentages" not in page
