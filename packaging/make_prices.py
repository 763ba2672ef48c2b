"""
Writes the price tables that come with the program.

    python packaging/make_prices.py [--check]

The figures are Anthropic's list prices in dollars for a million tokens, read
from its pricing page (docs: about-claude/pricing, August 2026) and, for what
came later, from genai-prices 0.2.3, which a test holds them against.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

READ_ON = "2026-11-24"
TABLES = Path(__file__).parents[1] / "claude_tray/config/prices"

# Cache writes cost 1.25 times the input for 5 minutes and twice for an hour,
# reads a tenth, unless a row says otherwise.
OPUS = (5, 25)
SONNET = (3, 15)
LONG_SONNET = {"tier": 200_000, "above": (6, 22.5)}
US = {"us_percent": 10}
# (model, from day, (input, output), what differs)
ROWS: list[tuple[str, str, tuple[float, float], dict[str, Any]]] = [
    *[
        (name, "", (8, 40), {"read": 0.2, "fast": (16, 80), **US})
        for name in ("claude-fable-5-2", "claude-mythos-5-2")
    ],
    *[
        (name, "", (10, 50), {"read": 0.25, **US})
        for name in ("claude-fable-5-1", "claude-mythos-5-1")
    ],
    *[
        (name, "", (10, 50), US)
        for name in (
            "claude-fable-5",
            "claude-mythos-5",
            "claude-mythos-preview",
        )
    ],
    ("claude-opus-5-5", "", (4, 20), {"read": 0.2, "fast": (8, 40), **US}),
    ("claude-opus-5", "", OPUS, {"fast": (10, 50), **US}),
    ("claude-opus-4-8", "", OPUS, {"fast": (10, 50), **US}),
    ("claude-opus-4-8", "2026-12-01", OPUS, US),
    ("claude-opus-4-7", "", OPUS, {"fast": (30, 150), **US}),
    ("claude-opus-4-7", "2026-07-24", OPUS, US),
    (
        "claude-opus-4-6",
        "",
        OPUS,
        {"fast": (30, 150), "tier": 200_000, "above": (10, 37.5), **US},
    ),
    ("claude-opus-4-6", "2026-03-13", OPUS, {"fast": (30, 150), **US}),
    ("claude-opus-4-5", "", OPUS, {}),
    *[
        (name, "", (15, 75), {})
        for name in (
            "claude-opus-4-1",
            "claude-opus-4",
            "claude-opus-4-0",
            "claude-3-opus",
        )
    ],
    ("claude-sonnet-5-5", "", (2, 10), US),
    ("claude-sonnet-5-5", "2026-10-07", (2, 10), {"read": 0.1, **US}),
    ("claude-sonnet-5", "", (2, 10), US),
    ("claude-sonnet-4-6", "", SONNET, {**LONG_SONNET, **US}),
    ("claude-sonnet-4-6", "2026-03-13", SONNET, US),
    *[
        row
        for name in (
            "claude-sonnet-4-5",
            "claude-sonnet-4",
            "claude-sonnet-4-0",
        )
        for row in (
            (name, "", SONNET, LONG_SONNET),
            (name, "2026-05-01", SONNET, {}),
        )
    ],
    *[
        (name, "", SONNET, {})
        for name in ("claude-3-7-sonnet", "claude-3-5-sonnet")
    ],
    (
        "claude-haiku-5-5",
        "",
        (0.1, 0.5),
        {"tier": 100_000, "above": (0.5, 2.5), **US},
    ),
    ("claude-haiku-4-5", "", (1, 5), {}),
    ("claude-3-5-haiku", "", (0.8, 4), {}),
    (
        "claude-3-haiku",
        "",
        (0.25, 1.25),
        {"write_5m": 0.3, "write_1h": 0.5, "read": 0.03},
    ),
]
# As the project's first description has them, dollars for 1,000 tokens:
# input, output, cache creation, cache read.
FIRST_DESCRIPTION = {
    "claude-sonnet-4-20250514": (0.015, 0.075, 0.0375, 0.00375),
    "claude-3-5-sonnet-20241022": (0.003, 0.015, 0.0075, 0.00075),
}


def nano(dollars_a_million: float) -> int:
    """Return a price in nano-dollars for a token."""
    return round(dollars_a_million * 1000)


def rate(price: tuple[float, float], more: dict[str, Any]) -> list[int]:
    """Return the five prices that follow from input and output."""
    given, written = price
    read_share = more.get("read", 0)
    return [
        nano(given),
        nano(written),
        nano(more.get("write_5m", given * 1.25)),
        nano(more.get("write_1h", given * 2)),
        nano(read_share or given * 0.1),
    ]


def row(
    day: str,
    price: tuple[float, float],
    more: dict[str, Any],
) -> dict[str, Any]:
    """Return one dated row of a model; multipliers hold for each price."""
    since = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    made: dict[str, Any] = {
        "since_ms": int(since.timestamp() * 1000) if since else 0,
        "rate": rate(price, more),
    }
    share = more["read"] / price[0] if "read" in more else 0.1
    for name in ("fast", "above"):
        if name in more:
            other = more[name]
            made[name] = rate(other, {"read": other[0] * share})
    made |= {key: more[key] for key in ("tier", "us_percent") if key in more}
    return made


def anthropic() -> dict[str, list[dict[str, Any]]]:
    """Return the list prices, each model's latest row first."""
    models: dict[str, list[dict[str, Any]]] = {}
    for name, day, price, more in ROWS:
        models.setdefault(name, []).insert(0, row(day, price, more))
    return models


def agent_sync() -> dict[str, list[dict[str, Any]]]:
    """Return the prices of the project's first description."""
    return {
        name: [
            {
                "since_ms": 0,
                "rate": [
                    nano(given * 1000),
                    nano(written * 1000),
                    nano(created * 1000),
                    nano(created * 1000),
                    nano(read * 1000),
                ],
            },
        ]
        for name, (given, written, created, read) in FIRST_DESCRIPTION.items()
    }


def text_of(name: str, models: dict[str, Any], source: str) -> str:
    """Return a table's file."""
    table = {
        "version": f"{name} {READ_ON}",
        "source": source,
        "unit": "nano-dollars for a token: input, output, cache write for"
        " 5 minutes, for 1 hour, cache read",
        "models": models,
    }
    return json.dumps(table, indent=1) + "\n"


def main() -> int:
    """Write the tables, or tell whether they are as they should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    texts = {
        "anthropic": text_of(
            "anthropic",
            anthropic(),
            "Anthropic's list prices, see packaging/make_prices.py",
        ),
        "agent-sync": text_of(
            "agent-sync",
            agent_sync(),
            "the project's first description",
        ),
    }
    for name, text in texts.items():
        path = TABLES / f"{name}.json"
        if check and path.read_text(encoding="utf-8") != text:
            print(f"{path.name} is not what packaging/make_prices.py makes")
            return 1
        if not check:
            path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
