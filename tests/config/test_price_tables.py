from __future__ import annotations

import importlib
import json
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
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
OPEN_LIST = PRICES_SCRIPT.parents[1].joinpath(
    "claude_tray/config/prices/open/models.json"
)
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


@pytest.mark.parametrize(
    ("model", "provider"),
    [
        ("glm-4.6", "zai"),
        ("glm-5.3-flash", "zai"),
        ("kimi-k2.5", "moonshotai"),
        ("kimi-k3.1-pro", "moonshotai"),
        ("deepseek-chat", "deepseek"),
        ("deepseek-v4-flash", "deepseek"),
        ("deepseek-v4-pro", "deepseek"),
        ("minimax-m2.5", "minimax"),
        ("minimax-m3", "minimax"),
        ("gpt-5", "openai"),
        ("gpt-5-mini", "openai"),
        ("gemini-2.5-pro", "google"),
        ("gemini-2.5-flash", "google"),
        ("grok-code-fast-1", "x-ai"),
        ("qwen/qwen3-coder-plus", "openrouter"),
        ("qwen/qwen3.7-flash", "openrouter"),
    ],
)
@pytest.mark.parametrize("prompt", [1_000, 40_000, 300_000, 600_000])
@pytest.mark.parametrize("hour", [0, 2, 5, 7, 12, 20])
def test_the_open_list_agrees_with_genai_prices(
    model: str, provider: str, prompt: int, hour: int
) -> None:
    genai = pytest.importorskip("genai_prices")
    if f"genai-prices {version('genai-prices')}," not in OPEN_LIST.read_text():
        pytest.skip("the list was made from another version")
    at = NOVEMBER.replace(day=28, hour=hour)
    # Without cache writes: not every vendor has a price of them.
    tokens = TokenCounts(prompt - 20_000 if prompt > 20_000 else prompt, 421)
    tokens = tokens._replace(cache_read=prompt - tokens.input)
    usage = genai.Usage(
        input_tokens=tokens.prompt,
        output_tokens=tokens.output,
        cache_read_tokens=tokens.cache_read,
    )

    theirs = genai.calc_price(
        usage, model, provider_id=provider, genai_request_timestamp=at
    ).total_price
    ours = compute_request_cost(
        tokens, model, STANDARD_TERMS, to_epoch_ms(at), load_price_table()
    )

    assert ours is not None
    assert abs(Decimal(ours) / 10**9 - theirs) <= Decimal("0.5e-9")


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("anthropic.claude-opus-4-5-20251101-v1:0", "5.5"),
        ("us.anthropic.claude-opus-4-7", "5.5"),
        ("global.anthropic.claude-opus-4-7", "5"),
        ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "3.3"),
        ("jp.anthropic.claude-haiku-4-5-20251001-v1:0", "1.1"),
        ("us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0", "3.3"),
        ("au.anthropic.claude-fable-5", "11"),
        # Regional endpoints cost no more before Claude 4.5.
        ("us.anthropic.claude-opus-4-1-20250805-v1:0", "15"),
        ("apac.anthropic.claude-sonnet-4-20250514-v1:0", "3"),
    ],
)
def test_regional_endpoints_of_bedrock_cost_what_genai_prices_lists(
    model: str, expected: str
) -> None:
    genai = pytest.importorskip("genai_prices")
    million = TokenCounts(1_000_000)
    at_ms = to_epoch_ms(NOVEMBER)

    theirs = genai.calc_price(
        genai.Usage(input_tokens=million.input),
        model,
        provider_id="aws",
        genai_request_timestamp=NOVEMBER,
    ).total_price
    ours = compute_request_cost(
        million, model, STANDARD_TERMS, at_ms, load_price_table()
    )

    assert theirs == Decimal(expected)
    assert ours is not None
    assert Decimal(ours) / 10**9 == theirs


def test_the_open_list_is_read_only_for_other_vendors() -> None:
    code = (
        "from claude_tray.config import price_tables as p\n"
        "table = p.load_price_table()\n"
        "table.get_model_prices('eu.anthropic.claude-opus-4-7')\n"
        "table.get_model_prices('claude-nothing-9')\n"
        "assert not p._load_open_list.cache_info().currsize\n"
        "assert table.get_model_prices('z-ai/glm-4.6')\n"
        "assert p._load_open_list.cache_info().currsize\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_model_that_no_list_has_stays_unknown() -> None:
    table = load_price_table()

    assert not table.get_model_prices("z-ai/glm-0.1")
    assert not table.get_model_prices("qwen/qwen3-coder:free")
    assert not load_price_table("agent-sync").get_model_prices("glm-4.6")


def test_a_prefix_of_the_list_prices_later_revisions() -> None:
    table = load_price_table()

    assert table.get_model_prices("kimi-k2.5-2") == (
        table.get_model_prices("kimi-k2.5")
    )
    assert table.get_model_prices("minimax-m2.5") == (
        table.get_model_prices("MiniMax-M2")
    )


def test_the_open_list_names_its_source_and_license() -> None:
    data = json.loads(OPEN_LIST.read_text())

    assert data["source"].startswith("https://")
    assert data["license"].startswith("The MIT License (MIT) Copyright")
    assert "AS IS" in data["license"]


def test_the_tables_come_with_the_package() -> None:
    module = importlib.import_module("claude_tray.config.price_tables")
    folder = Path(str(module.__file__)).parent / "prices"

    assert {path.stem for path in folder.glob("*.json")} == set(PRICE_TABLES)
