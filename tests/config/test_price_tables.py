from __future__ import annotations

import importlib
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from claude_tray.config.price_tables import PRICE_TABLES, load_price_table
from claude_tray.core.cost import compute_request_cost
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.usage import STANDARD_TERMS, PricingTerms, TokenCounts
from claude_tray.errors import SettingsError

PRICES_SCRIPT = Path(__file__).parents[2] / "packaging" / "make_prices.py"
SONNET = "claude-sonnet-4-20250514"
THOUSAND_EACH = TokenCounts(1_000, 1_000, 1_000, 0, 1_000)
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)


def test_the_published_price_is_the_default() -> None:
    cost = compute_request_cost(
        THOUSAND_EACH, SONNET, STANDARD_TERMS, 0, load_price_table()
    )

    assert cost == 22_050_000


def test_the_agent_sync_rates_are_the_other_table() -> None:
    table = load_price_table("agent-sync")

    cost = compute_request_cost(
        THOUSAND_EACH, SONNET, STANDARD_TERMS, 0, table
    )
    other = compute_request_cost(
        THOUSAND_EACH,
        "claude-3-5-sonnet-20241022",
        STANDARD_TERMS,
        0,
        table,
    )
    unknown = compute_request_cost(
        THOUSAND_EACH, "claude-sonnet-4", STANDARD_TERMS, 0, table
    )

    assert cost == 15_000_000 + 75_000_000 + 37_500_000 + 3_750_000
    assert other == 3_000_000 + 15_000_000 + 7_500_000 + 750_000
    assert unknown is None


def test_custom_prices_are_merged() -> None:
    table = load_price_table("anthropic", {"house": {"input": 1, "output": 2}})

    cost = compute_request_cost(
        TokenCounts(1, 1), "house", STANDARD_TERMS, 0, table
    )
    assert cost == 3_000


def test_there_are_two_tables() -> None:
    with pytest.raises(SettingsError) as excinfo:
        load_price_table("litellm")

    assert all(name in excinfo.value.hint for name in PRICE_TABLES)


def test_the_tables_are_those_that_the_script_generates() -> None:
    subprocess.run([sys.executable, str(PRICES_SCRIPT), "--check"], check=True)


@pytest.mark.parametrize(
    "model",
    [
        "claude-fable-5-1",
        "claude-fable-5",
        "claude-opus-5-5",
        "claude-opus-5",
        "claude-opus-4-8",
        "claude-opus-4-7",
        "claude-opus-4-6",
        "claude-opus-4-5-20251101",
        "claude-opus-4-1-20250805",
        "claude-sonnet-5-5",
        "claude-sonnet-5",
        "claude-sonnet-4-6",
        "claude-sonnet-4-5-20250929",
        "claude-haiku-5-5",
        "claude-haiku-4-5-20251001",
        "claude-3-5-haiku-20241022",
    ],
)
@pytest.mark.parametrize("prompt", [1_000, 150_000])
def test_the_default_table_agrees_with_genai_prices(
    model: str,
    prompt: int,
) -> None:
    genai = pytest.importorskip("genai_prices")
    tokens = TokenCounts(prompt, 421, 1_000, 8_000, 20_000)
    usage = genai.Usage(
        input_tokens=tokens.prompt,
        output_tokens=tokens.output,
        cache_read_tokens=tokens.cache_read,
        cache_write_tokens=tokens.cache_write,
        cache_write_1h_tokens=tokens.cache_write_1h,
    )

    theirs = genai.calc_price(
        usage,
        model,
        provider_id="anthropic",
        genai_request_timestamp=NOVEMBER,
    ).total_price
    at_ms = to_epoch_ms(NOVEMBER)
    ours = compute_request_cost(
        tokens, model, STANDARD_TERMS, at_ms, load_price_table()
    )

    assert ours is not None
    assert Decimal(ours) / 10**9 == theirs


def test_prices_change_on_their_day() -> None:
    table = load_price_table()
    before = to_epoch_ms(datetime(2026, 10, 6, tzinfo=UTC))
    after = to_epoch_ms(datetime(2026, 10, 7, tzinfo=UTC))
    read = TokenCounts(cache_read=1_000_000)

    def cost(at_ms: int) -> int | None:
        return compute_request_cost(
            read, "claude-sonnet-5-5", PricingTerms(), at_ms, table
        )

    assert cost(before) == 200_000_000
    assert cost(after) == 100_000_000


def test_the_tables_come_with_the_package() -> None:
    module = importlib.import_module("claude_tray.config.price_tables")
    folder = Path(str(module.__file__)).parent / "prices"

    assert {path.stem for path in folder.glob("*.json")} == set(PRICE_TABLES)
