"""
Write the price tables that the program includes.

    python packaging/make_prices.py [--check]

The prices are Anthropic's list prices in dollars per million tokens, from its
pricing page (docs: about-claude/pricing, August 2026) and, for later models,
from genai-prices 0.2.3; a test compares the table with that package.

Regional endpoints of Bedrock and Vertex AI cost 10 % more from Claude 4.5 on
(same page, "Third-party platform pricing"; Bedrock's rows of genai-prices).

Prices of other vendors are taken from genai-prices as a whole: see
`make_open_prices.py`.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

READ_ON = "2026-11-24"
# Raise it when core/model_ids.py reads other names: stored costs are repriced.
NAME_RULES = 2
TABLES = Path(__file__).parents[1] / "claude_tray/config/prices"

# Unless a row overrides it, a cache write costs 1.25 times the input for
# 5 minutes and twice the input for 1 hour, a cache read a tenth of it.
OPUS = (5, 25)
SONNET = (3, 15)
LONG_SONNET = {"tier": 200_000, "above": (6, 22.5)}
US = {"us_percent": 10, "regional_percent": 10}
# Before Claude 4.6 only the clouds had regional endpoints.
REGIONAL = {"regional_percent": 10}
# (model, first day, (input, output), overrides)
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
    ("claude-opus-4-5", "", OPUS, REGIONAL),
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
        for name, regional in (
            ("claude-sonnet-4-5", REGIONAL),
            ("claude-sonnet-4", {}),
            ("claude-sonnet-4-0", {}),
        )
        for row in (
            (name, "", SONNET, {**LONG_SONNET, **regional}),
            (name, "2026-05-01", SONNET, regional),
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
    ("claude-haiku-4-5", "", (1, 5), REGIONAL),
    ("claude-3-5-haiku", "", (0.8, 4), {}),
    (
        "claude-3-haiku",
        "",
        (0.25, 1.25),
        {"write_5m": 0.3, "write_1h": 0.5, "read": 0.03},
    ),
]
# Prices of the project's first description in dollars per 1,000 tokens:
# input, output, cache creation, cache read.
FIRST_DESCRIPTION = {
    "claude-sonnet-4-20250514": (0.015, 0.075, 0.0375, 0.00375),
    "claude-3-5-sonnet-20241022": (0.003, 0.015, 0.0075, 0.00075),
}


def to_nano_usd(dollars_per_million: float) -> int:
    """Convert dollars per million tokens to nano-dollars per token."""
    return round(dollars_per_million * 1000)


def build_rate(
    price: tuple[float, float], overrides: dict[str, Any]
) -> list[int]:
    """Derive the five prices of a token from those of input and output."""
    input_price, output_price = price
    return [
        to_nano_usd(input_price),
        to_nano_usd(output_price),
        to_nano_usd(overrides.get("write_5m", input_price * 1.25)),
        to_nano_usd(overrides.get("write_1h", input_price * 2)),
        to_nano_usd(overrides.get("read", 0) or input_price * 0.1),
    ]


def build_row(
    day: str,
    price: tuple[float, float],
    overrides: dict[str, Any],
) -> dict[str, Any]:
    """Build a dated row of a model, with its fast and long-context rates."""
    since = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    row: dict[str, Any] = {
        "since_ms": int(since.timestamp() * 1000) if since else 0,
        "rate": build_rate(price, overrides),
    }
    read_ratio = overrides["read"] / price[0] if "read" in overrides else 0.1
    for name in ("fast", "above"):
        if name in overrides:
            other = overrides[name]
            row[name] = build_rate(other, {"read": other[0] * read_ratio})
    row |= {
        key: overrides[key]
        for key in ("tier", "us_percent", "regional_percent")
        if key in overrides
    }
    return row


def build_anthropic_table() -> dict[str, list[dict[str, Any]]]:
    """Build the table of list prices, each model's latest row first."""
    models: dict[str, list[dict[str, Any]]] = {}
    for name, day, price, overrides in ROWS:
        models.setdefault(name, []).insert(0, build_row(day, price, overrides))
    return models


def build_agent_sync_table() -> dict[str, list[dict[str, Any]]]:
    """Build the table of the project's first description."""
    return {
        name: [
            {
                "since_ms": 0,
                "rate": [
                    to_nano_usd(input_price * 1000),
                    to_nano_usd(output_price * 1000),
                    to_nano_usd(write_price * 1000),
                    to_nano_usd(write_price * 1000),
                    to_nano_usd(read_price * 1000),
                ],
            },
        ]
        for name, (
            input_price,
            output_price,
            write_price,
            read_price,
        ) in FIRST_DESCRIPTION.items()
    }


def format_table(name: str, models: dict[str, Any], source: str) -> str:
    table = {
        "version": f"{name} {READ_ON}, names {NAME_RULES}",
        "source": source,
        "unit": "nano-dollars for a token: input, output, cache write for"
        " 5 minutes, for 1 hour, cache read",
        "models": models,
    }
    return json.dumps(table, indent=1) + "\n"


def has_open_prices(*, is_check: bool) -> bool:
    """
    Return whether the list of other vendors can be built or compared.

    It is only compared with the version of genai-prices it was made from.
    """
    try:
        installed = version("genai-prices")
    except PackageNotFoundError:
        return False
    shipped = (TABLES / "open/models.json").read_text(encoding="utf-8")
    return not is_check or f'"genai-prices {installed},' in shipped


def main() -> int:
    """Write the tables; with --check, fail if they are out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    is_check = parser.parse_args().check
    texts = {
        "anthropic": format_table(
            "anthropic",
            build_anthropic_table(),
            "Anthropic's list prices, see packaging/make_prices.py",
        ),
        "agent-sync": format_table(
            "agent-sync",
            build_agent_sync_table(),
            "the project's first description",
        ),
    }
    if has_open_prices(is_check=is_check):
        # Late: it needs genai-prices.
        from make_open_prices import (  # noqa: PLC0415
            build_list,
            format_list,
        )

        texts["open/models"] = format_list(build_list())
    for name, text in texts.items():
        path = TABLES / f"{name}.json"
        if is_check and path.read_text(encoding="utf-8") != text:
            print(f"{path.name} is out of date: run packaging/make_prices.py")
            return 1
        if not is_check:
            path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
