from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.model_ids import (
    ModelId,
    list_open_names,
    normalize_model_id,
    parse_model_id,
)

OPUS, SONNET = "claude-opus-4-6", "claude-sonnet-4-5"
BEDROCK_ARN = "arn:aws:bedrock:us-east-1:123456789012:inference-profile"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("claude-opus-4-6", OPUS),
        (" CLAUDE-OPUS-4-6 ", OPUS),
        ("claude-opus-4-6[1m]", OPUS),
        ("claude-opus-4-6-thinking", OPUS),
        ("claude-opus-4-6-thinking-20260205", f"{OPUS}-20260205"),
        ("claude-3-7-sonnet-thinking-20250219", "claude-3-7-sonnet-20250219"),
        ("claude-opus-4-6-thinking[1m]", OPUS),
        ("claude-opus-4-6@default", OPUS),
        ("claude-opus-4.6", OPUS),
        ("anthropic/claude-opus-4.6", OPUS),
        ("anthropic/claude-opus-4.6:thinking", OPUS),
        ("anthropic/claude-opus-4.6:beta", OPUS),
        ("openrouter/anthropic/claude-opus-4.6", OPUS),
        ("vertex_ai/claude-opus-4-6", OPUS),
        ("azure_ai/claude-opus-4-6", OPUS),
        ("databricks-claude-opus-4-6", OPUS),
        ("databricks/databricks-claude-opus-4-6", OPUS),
        ("anthropic--claude-4.6-opus", OPUS),
        ("claude-4.6-opus", OPUS),
        ("claude-opus-4-6-1m", OPUS),
        ("anthropic:claude-opus-4-6", OPUS),
        ("claude-4-6-opus-thinking", OPUS),
        ("anthropic/claude-4.6-opus-20260205", f"{OPUS}-20260205"),
        ("claude-4-opus-20250514", "claude-opus-4-20250514"),
        ("claude-sonnet-4-5@20250929", f"{SONNET}-20250929"),
        ("vertex_ai/claude-sonnet-4-5@20250929", f"{SONNET}-20250929"),
        ("github_copilot/claude-sonnet-4.5", SONNET),
        ("claude-3.7-sonnet", "claude-3-7-sonnet"),
        ("anthropic/claude-3.7-sonnet:thinking", "claude-3-7-sonnet"),
        ("claude-sonnet-3.7", "claude-3-7-sonnet"),
        ("claude-3-5-sonnet-v2@20241022", "claude-3-5-sonnet-20241022"),
        ("claude-3-7-sonnet-latest", "claude-3-7-sonnet-latest"),
        ("claude-fable-5-1", "claude-fable-5-1"),
        ("claude-mythos-preview", "claude-mythos-preview"),
    ],
)
def test_gateways_write_one_id_in_many_ways(text: str, name: str) -> None:
    assert parse_model_id(text) == ModelId(name)


@pytest.mark.parametrize(
    ("text", "name", "is_regional"),
    [
        ("anthropic.claude-opus-4-6-v1", OPUS, True),
        ("global.anthropic.claude-opus-4-6-v1", OPUS, False),
        ("us.anthropic.claude-opus-4-6-v1:0", OPUS, True),
        ("eu.anthropic.claude-opus-4-6", OPUS, True),
        ("jp.anthropic.claude-opus-4-6", OPUS, True),
        ("au.anthropic.claude-opus-4-6[1m]", OPUS, True),
        ("apac.anthropic.claude-opus-4-6", OPUS, True),
        ("us-gov.anthropic.claude-opus-4-6", OPUS, True),
        ("bedrock/us.anthropic.claude-opus-4-6", OPUS, True),
        ("bedrock:us.anthropic.claude-opus-4-6-v1", OPUS, True),
        ("bedrock/converse/global.anthropic.claude-opus-4-6", OPUS, False),
        (f"{BEDROCK_ARN}/us.anthropic.claude-opus-4-6-v1:0", OPUS, True),
        (f"{BEDROCK_ARN}/global.anthropic.claude-opus-4-6", OPUS, False),
        (
            (
                "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/"
                "anthropic.claude-sonnet-4-5-20250929-v1:0"
            ),
            f"{SONNET}-20250929",
            True,
        ),
        (
            (
                "projects/p/locations/us-east5/publishers/anthropic/models/"
                "claude-sonnet-4-5@20250929"
            ),
            f"{SONNET}-20250929",
            True,
        ),
        (
            (
                "projects/p/locations/global/publishers/anthropic/models/"
                "claude-sonnet-4-5@20250929"
            ),
            f"{SONNET}-20250929",
            False,
        ),
    ],
)
def test_clouds_name_their_endpoint(
    text: str, name: str, *, is_regional: bool
) -> None:
    assert parse_model_id(text) == ModelId(name, is_regional)


@pytest.mark.parametrize(
    "text",
    [
        "some/gateway-model",
        "glm-4.6",
        "my-claude-opus-4-6",
        f"{BEDROCK_ARN.replace('inference', 'application-inference')}/ab12",
        "not a region.anthropic.claude-opus-4-6",
        "x" * 300,
        "claude-öpus-4-6",
    ],
)
def test_other_ids_are_left_as_they_are(text: str) -> None:
    assert normalize_model_id(text)[:100] == text[:100]


@pytest.mark.parametrize(
    "text",
    [
        # A faster service that costs more.
        "claude-opus-4-6-fast",
        "claude-opus-4-6-5-4",
        "claude-opus-sonnet-4",
        "claude-opus",
        "claude-opus-20250514-4",
        "claude-opus-4-20250514-20250515",
    ],
)
def test_a_claude_id_with_other_parts_keeps_them(text: str) -> None:
    assert normalize_model_id(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("glm-4.6", "glm-4.6"),
        ("GLM-4.6", "glm-4.6"),
        ("glm-4.6[1m]", "glm-4.6"),
        ("z-ai/glm-4.6", "glm-4.6"),
        ("openrouter/z-ai/glm-4.6", "glm-4.6"),
        ("zai.glm-4.7", "glm-4.7"),
        ("accounts/fireworks/models/glm-4p7", "glm-4.7"),
        ("qwen.qwen3-32b-v1:0", "qwen3-32b"),
        ("kimi-k2-thinking", "kimi-k2-thinking"),
        ("moonshotai/kimi-k2-0905", "kimi-k2-0905-preview"),
        ("gpt-5-2025-08-07", "gpt-5"),
    ],
)
def test_names_of_other_vendors_are_tried_without_affixes(
    text: str, expected: str
) -> None:
    assert expected in list_open_names(text)


@given(st.text())
def test_any_text_is_an_id(text: str) -> None:
    assert len(parse_model_id(text).name) <= len(text) + 257
    assert list_open_names(text)


@given(
    family=st.sampled_from(["opus", "sonnet", "haiku", "fable", "mythos"]),
    major=st.integers(4, 12),
    minor=st.none() | st.integers(0, 12),
    prefix=st.sampled_from(["", "anthropic/", "openrouter/anthropic/", "x/"]),
    suffix=st.sampled_from(["", "[1m]", "-thinking", "@default", ":beta"]),
    separator=st.sampled_from(["-", "."]),
    is_reversed=st.booleans(),
)
def test_every_spelling_of_a_model_is_one_id(
    family: str,
    major: int,
    minor: int | None,
    prefix: str,
    suffix: str,
    separator: str,
    *,
    is_reversed: bool,
) -> None:
    version = str(major) if minor is None else f"{major}{separator}{minor}"
    parts = (version, family) if is_reversed else (family, version)
    written = f"{prefix}claude-{'-'.join(parts)}{suffix}"

    name = normalize_model_id(written)

    assert name == f"claude-{family}-{version.replace('.', '-')}"
    assert normalize_model_id(name) == name
