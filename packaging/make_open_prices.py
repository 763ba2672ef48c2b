"""
Build the price list of other vendors' models from genai-prices.

genai-prices (https://github.com/pydantic/genai-prices, MIT license) collects
list prices from the vendors' pages. Models that their vendor does not list
there, such as Qwen's, have the price of OpenRouter. `make_prices.py` writes
the list.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import distribution, version
from typing import TYPE_CHECKING, Any

from genai_prices import data, types

if TYPE_CHECKING:
    from decimal import Decimal


READ_ON = "2026-11-29"
# Models that Claude Code is used with through gateways, by provider in the
# order of precedence.
FAMILIES = {
    "zai": ("glm",),
    "moonshotai": ("kimi",),
    "deepseek": ("deepseek",),
    "minimax": ("minimax",),
    "openai": ("gpt-", "o1", "o3", "o4", "codex"),
    "google": ("gemini",),
    "x-ai": ("grok",),
    "zhipuai": ("glm",),
    "openrouter": ("qwen", "qwq", "glm", "kimi", "deepseek", "minimax"),
}
# Prices of these models are not those of text tokens.
EXCLUDED = ("audio", "image", "realtime", "transcribe", "tts", "embedding")
PICO_USD_PER_MTOK = 1_000_000


def list_names(clause: object) -> list[str]:
    """Return the IDs of a clause; "*" ends a prefix."""
    if isinstance(clause, types.ClauseEquals):
        return [clause.equals.lower()]
    if isinstance(clause, types.ClauseStartsWith):
        return [f"{clause.starts_with.lower()}*"]
    if isinstance(clause, types.ClauseOr):
        return [name for part in clause.or_ for name in list_names(part)]
    return []


def get_price(value: object, size: int) -> Decimal | None:
    """Return the price of a token in a prompt of this size."""
    if not isinstance(value, types.TieredPrices):
        return value  # type: ignore[no-any-return]
    price = value.base
    for tier in value.tiers:
        if size > tier.start:
            price = tier.price
    return price


def build_rate(prices: types.ModelPrice, size: int) -> tuple[int, ...] | None:
    """Return the prices of a token in pico-dollars, or None without one."""

    def get(name: str) -> Decimal | None:
        return get_price(getattr(prices, name), size)

    price_in, price_out = get("input_mtok"), get("output_mtok")
    if price_in is None or price_out is None:
        return None
    # Vendors that list no price of cached tokens bill them as input.
    write = get("cache_write_mtok") or price_in
    write_1h = get("cache_write_1h_mtok") or write
    read = get("cache_read_mtok")
    kinds = (price_in, price_out, write, write_1h)
    kinds = (*kinds, price_in if read is None else read)
    return tuple(round(price * PICO_USD_PER_MTOK) for price in kinds)


def build_row(
    prices: types.ModelPrice, constraint: object
) -> dict[str, Any] | None:
    """Return one row of the list, None if a price is missing."""
    rate = build_rate(prices, 0)
    if rate is None:
        return None
    row: dict[str, Any] = {"since_ms": 0, "rate": rate}
    if isinstance(constraint, types.StartDateConstraint):
        since = datetime.combine(
            constraint.start_date, datetime.min.time(), UTC
        )
        row["since_ms"] = int(since.timestamp() * 1000)
    if isinstance(constraint, types.TimeOfDateConstraint):
        start, end = (
            time.hour * 60 + time.minute
            for time in (constraint.start_time, constraint.end_time)
        )
        row["hours"] = [[start, end]]
    starts = {
        tier.start
        for value in vars(prices).values()
        if isinstance(value, types.TieredPrices)
        for tier in value.tiers
    }
    if starts:
        row["tiers"] = [
            [size, build_rate(prices, size + 1)] for size in sorted(starts)
        ]
    return row


def build_rows(
    prices: types.ModelPrice | list[types.ConditionalPrice],
) -> list[dict[str, Any]] | None:
    """Return the rows of a model, the last that applies first."""
    if not isinstance(prices, list):
        prices = [types.ConditionalPrice(constraint=None, prices=prices)]
    rows = [build_row(part.prices, part.constraint) for part in prices]
    dated = [row for row in rows if row is not None]
    latest = max((row["since_ms"] for row in dated), default=0)
    for row in dated:
        if "hours" in row:
            # The hours are those of the latest price.
            row["since_ms"] = latest
    return dated[::-1] if len(dated) == len(rows) else None


def build_list() -> dict[str, Any]:
    """Return rows by ID, or the ID that has the same price."""
    models: dict[str, Any] = {}
    by_id = {provider.id: provider for provider in data.providers}
    for provider_id, families in FAMILIES.items():
        for model in by_id[provider_id].models:
            add_model(models, model, families)
    return dict(sorted(models.items()))


def add_model(
    models: dict[str, Any], model: types.ModelInfo, families: tuple[str, ...]
) -> None:
    """Add a model's rows, and its other names."""
    name = model.id.lower().rpartition("/")[2]
    aliases = [n.rpartition("/")[2] for n in list_names(model.match)]
    names = [
        n
        for n in dict.fromkeys((name, *aliases))
        if n.startswith(families)
        and ":" not in n
        and not any(word in n for word in EXCLUDED)
        and n not in models
    ]
    rows = build_rows(model.prices) if names else None
    if rows:
        first, *others = names
        models[first] = rows
        models.update(dict.fromkeys(others, first))


def format_list(models: dict[str, Any]) -> str:
    """Return the file's text, one model a line."""
    head = {
        "version": f"genai-prices {version('genai-prices')}, {READ_ON}",
        "source": "https://github.com/pydantic/genai-prices",
        "license": " ".join(
            (
                distribution("genai-prices").read_text("licenses/LICENSE")
                or ""
            ).split()
        ),
        "unit": "pico-dollars for a token: input, output, cache write for"
        " 5 minutes, for 1 hour, cache read",
        "units_per_nano": 1000,
    }
    lines = [
        f"{json.dumps(key)}: {json.dumps(value)}"
        for key, value in head.items()
    ]
    rows = ",\n".join(
        f"{json.dumps(name)}:{json.dumps(value, separators=(',', ':'))}"
        for name, value in models.items()
    )
    return "{\n" + ",\n".join((*lines, '"models": {\n' + rows)) + "\n}}\n"
