from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.builders import make_line

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


def test_doctor_names_the_speed_and_not_the_model(terminal: Terminal) -> None:
    terminal.claude.append(
        make_line(
            message="msg_1",
            inner={"model": "claude-opus-5-5"},
            usage={"speed": "turbo"},
        ),
        make_line(
            message="msg_2",
            inner={"model": "claude-opus-5-5"},
            usage={"service_tier": "flex"},
        ),
    )

    done = terminal.run("doctor")
    report = terminal.run("doctor", "--json").json

    lines = [line for line in done.out.splitlines() if "unpriced" in line]
    assert "claude-opus-5-5: unpriced service tier “flex”" in lines[0]
    assert "claude-opus-5-5: unpriced speed “turbo”" in lines[1]
    assert report["unpriced_models"] == []
    assert report["unpriced_terms"] == [
        {"model": "claude-opus-5-5", "speed": "", "service_tier": "flex"},
        {"model": "claude-opus-5-5", "speed": "turbo", "service_tier": ""},
    ]


def test_doctor_names_a_model_without_a_price(terminal: Terminal) -> None:
    terminal.claude.append(
        make_line(inner={"model": "house-model"}, usage={"speed": "turbo"})
    )

    report = terminal.run("doctor", "--json").json

    assert report["unpriced_models"] == ["house-model"]
    assert report["unpriced_terms"] == []


def test_doctor_names_an_invalid_price_and_uses_the_others(
    terminal: Terminal,
) -> None:
    terminal.claude.append(
        make_line(inner={"model": "house-model"}, usage={"input_tokens": 1})
    )
    terminal.write_settings(
        '[prices."house-*"]\ninput = 1\noutput = 2\ncache_read = inf\n'
        '[prices."other"]\ninput = 1e15\noutput = 1\n'
    )

    done = terminal.run("models", "--json")
    report = terminal.run("doctor", "--json").json

    assert done.json[0]["cost_usd"] == "0.000011"
    assert 'prices."house-*".cache_read must be from 0 to' in done.err
    assert 'prices."other".input must be from 0 to' in done.err
    assert "Traceback" not in done.err
    assert any("cache_read" in problem for problem in report["problems"])


def test_models_of_gateways_have_a_price(terminal: Terminal) -> None:
    names = [
        "anthropic/claude-opus-4.6",
        "openrouter/anthropic/claude-sonnet-4.5",
        "vertex_ai/claude-haiku-4-5@20251001",
        "azure_ai/claude-opus-4-5",
        "bedrock/us.anthropic.claude-opus-4-7",
        "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "databricks-claude-sonnet-4-5",
        "claude-opus-4-6@default",
        "claude-opus-4-5-thinking",
        "z-ai/glm-4.6",
        "kimi-k2.5",
        "deepseek-chat",
        "MiniMax-M2.5",
        "gpt-5",
        "gemini-2.5-pro",
        "qwen/qwen3-coder-plus",
    ]
    terminal.claude.append(
        *(
            make_line(message=f"msg_{number}", inner={"model": name})
            for number, name in enumerate(names)
        )
    )

    models = terminal.run("models", "--json").json

    assert sorted(model["model"] for model in models) == sorted(names)
    assert all(model["cost_usd"] for model in models)
