from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from claude_tray.core.limits import FIVE_HOUR, LimitSample
from claude_tray.core.time import to_epoch_ms
from claude_tray.store.connection import open_writer, transaction
from claude_tray.store.limit_reports import save_samples
from tests.local_page.sample_usage import OPUS, SONNET, SampleSession

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite

START = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(
    minutes=200
)


def test_the_window_page_shows_what_used_the_limit(
    empty_site: LocalSite,
) -> None:
    """Two projects one after the other, then twenty points elsewhere."""
    sandbox = empty_site.sandbox
    for name, model, minute, count in (
        ("shop", OPUS, 1, 20),
        ("notes", SONNET, 90, 10),
    ):
        last = START + timedelta(minutes=minute + 4 * (count - 1), seconds=5)
        SampleSession(
            name, f"/home/ada/{name}", model, timedelta(0), count, 900
        ).write(sandbox.claude, last)
    sandbox.refresh()
    path = sandbox.app_home / "data" / "usage.db"
    reset_ms = to_epoch_ms(START + timedelta(hours=5))
    with open_writer(path) as writer, transaction(writer):
        for minute, percent in ((41, 10), (81, 22), (140, 28), (180, 48)):
            at_ms = to_epoch_ms(START + timedelta(minutes=minute))
            sample = LimitSample("", FIVE_HOUR, percent, reset_ms, at_ms)
            save_samples(writer, [sample._replace(session="shop")])
    client = empty_site.follow(empty_site.open())

    page = client.get("/window").text
    part = client.get("/window?at=9").text

    assert "48 points of the 5-hour limit until" in page
    card = page.partition('id="receipt-card"')[2].partition("</section>")[0]
    elsewhere = card.partition(">Elsewhere (web")[2].partition("</tr>")[0]
    assert ">20.0<" in elsewhere
    assert ">42%<" in elsewhere
    card = part.partition('id="receipt-card"')[2].partition("</section>")[0]
    assert ">notes<" in card
    assert ">shop<" not in card
