from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.currency import (
    MAX_NAME_LENGTH,
    CurrencyChoice,
    parse_currency_choice,
)


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("0.92 EUR", CurrencyChoice("EUR", 92, 100)),
        (" 151  JPY ", CurrencyChoice("JPY", 151, 1)),
        ("0.92€", CurrencyChoice("€", 92, 100)),
        ("1000000000 a b", CurrencyChoice("a b", 10**9, 1)),
        ("0.000000001 BTC", CurrencyChoice("BTC", 1, 10**9)),
    ],
)
def test_a_rate_and_a_name_are_a_currency(
    text: str, choice: CurrencyChoice
) -> None:
    assert parse_currency_choice(text) == choice


@pytest.mark.parametrize(
    "text",
    [
        "",
        "EUR",
        "0.92",
        "0 EUR",
        "0.000 EUR",
        "-1 EUR",
        "nan EUR",
        "inf EUR",
        "1e3 EUR",
        "1,5 EUR",
        "1000000000.1 EUR",
        "99999999999 EUR",
        "1.0000000001 EUR",
        "٣ EUR",
        "1 EUR2",
        "1 123456789",
        "1 ABCDEFGHI",
        "1 \x1b[31m",
        "1 E\nR",
        "1 \N{RIGHT-TO-LEFT OVERRIDE}RUE",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert parse_currency_choice(text) is None


@given(st.text(max_size=40))
def test_no_text_gives_a_name_that_acts(text: str) -> None:
    choice = parse_currency_choice(f"2.50 {text}")

    if choice is not None:
        assert choice.name.isprintable()
        assert 0 < len(choice.name) <= MAX_NAME_LENGTH
        assert parse_currency_choice(f"{choice.rate_text} {choice.name}") == (
            choice
        )
