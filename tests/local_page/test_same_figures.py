"""Compare the figures of the pages with those that commands print."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.cost import NanoUsd
from claude_tray.i18n.translator import ENGLISH

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite, SignedIn


_TAG = re.compile(r"<[^>]+>")
_ROW = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
_TILE = re.compile(r'<div class="card tile">(.*?)</dd></div>', re.DOTALL)


def read_rows(page: str, caption: str) -> list[list[str]]:
    """Return the texts of a table's cells, without its head."""
    table = page.split(f">{caption}</caption>", 1)[1].split("</table>", 1)[0]
    body = table.split("<tbody>", 1)[1]
    return [
        [strip(cell) for cell in _CELL.findall(row)]
        for row in _ROW.findall(body)
    ]


def strip(html: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def format_item(item: dict[str, Any]) -> tuple[str, str]:
    """Format tokens and cost of a command's JSON in the pages' way."""
    name = "cost_usd" if "cost_usd" in item else "total_cost_usd"
    cost = ENGLISH.format_money(NanoUsd(round(float(item[name]) * 1e9)))
    sign = (
        "\N{GREATER-THAN OR EQUAL TO} " if item["cost_is_lower_bound"] else ""
    )
    tokens = ENGLISH.format_tokens(item["total_tokens_with_cache"])
    return tokens, f"{sign}{cost}"


@pytest.fixture(scope="module")
def client(site: LocalSite) -> SignedIn:
    return site.sign_in()


def run_json(site: LocalSite, *command: str) -> Any:
    done = site.sandbox.run(*command, "--json", "--no-refresh")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_tiles_are_what_stats_and_daily_print(
    site: LocalSite, client: SignedIn
) -> None:
    stats, days = run_json(site, "stats"), run_json(site, "daily")
    tiles = [strip(tile) for tile in _TILE.findall(client.get("/").text)]
    tokens, cost = format_item(stats)
    today_tokens, today_cost = format_item(days[-1])
    window = stats["window_details"]

    assert tiles[4] == f"All time {cost} {tokens} tokens"
    today = f"Today {today_cost} {today_tokens} tokens"
    assert tiles[1].startswith(today)
    assert tiles[0].endswith(
        f"{ENGLISH.format_tokens(sum(window.values()))} tokens"
    )


def test_projects_are_what_projects_prints(
    site: LocalSite, client: SignedIn
) -> None:
    expected = {
        item["name"]: (
            f"{item['total_sessions']}",
            f"{item['total_messages']}",
            *format_item(item),
        )
        for item in run_json(site, "projects")["projects"]
    }

    rows = read_rows(client.get("/projects").text, "Projects")

    assert {row[0]: tuple(row[2:6]) for row in rows} == expected
    assert len(expected) == 3


def test_sessions_are_what_sessions_prints(
    site: LocalSite, client: SignedIn
) -> None:
    expected = [
        (item["project"], f"{item['total_messages']}", *format_item(item))
        for item in run_json(site, "sessions")["sessions"]
    ]

    pages = [client.get(f"/sessions?page={n}").text for n in (1, 2)]
    rows = [row for page in pages for row in read_rows(page, "Sessions")]

    assert [(r[1], r[4], r[5], r[7]) for r in rows] == expected
    assert len(rows) == 52


def test_days_are_what_daily_prints(site: LocalSite, client: SignedIn) -> None:
    expected = [
        (f"{item['messages']}", *format_item(item))
        for item in run_json(site, "daily")
    ]

    page = client.get("/history?days=90").text
    rows = read_rows(page, "Tokens and cost, newest first")
    used = [(r[1], r[4], r[5]) for r in rows if r[1] != "0"]

    assert used[::-1] == expected
    assert len(rows) == 90


def test_models_are_what_models_prints(
    site: LocalSite, client: SignedIn
) -> None:
    expected = {
        (f"{item['messages']}", *format_item(item))
        for item in run_json(site, "models")
    }

    rows = read_rows(client.get("/history?days=90").text, "Usage by model")

    assert {(row[2], row[3], row[4]) for row in rows} == expected


def test_the_parts_of_the_window_add_up_to_it(
    site: LocalSite, client: SignedIn
) -> None:
    window = run_json(site, "stats")["window_details"]
    page = client.get("/window").text

    for caption in ("Projects", "Sessions", "Usage by model"):
        rows = read_rows(page, caption)
        assert sum(int(row[2]) for row in rows) == 33
    slots = read_rows(page, "Tokens and cost, newest first")
    assert sum(int(row[1]) for row in slots) == 33
    tokens = ENGLISH.format_tokens(window["input_tokens"])
    kinds = strip(page.split("by kind of token", 1)[1].split("</dl>")[0])
    assert f"Input {tokens}" in kinds
