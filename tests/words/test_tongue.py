from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from claude_tray.domain.totals import Totals
from claude_tray.words.tongue import ENGLISH, languages, tongue_of
from tests.support.builders import at, nano

THURSDAY = at("15:05", 5)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("de", "de"),
        ("de_AT.UTF-8", "de"),
        ("de-CH", "de"),
        ("en_GB", "en"),
        ("C.UTF-8", "en"),
        ("", "en"),
        ("tlh", "en"),
        ("iw_IL", "he" if "he" in languages() else "en"),
        ("zh_CN.UTF-8", "zh_Hans" if "zh_Hans" in languages() else "en"),
    ],
)
def test_systems_name_languages_in_many_ways(
    code: str,
    language: str,
) -> None:
    assert tongue_of(code).language == language


def test_a_sentence_has_its_values_by_name() -> None:
    said = ENGLISH.say("{percent} used", percent=ENGLISH.percent(38))

    assert said == "38% used"


def test_one_thing_is_not_many() -> None:
    one, many = "{n} session", "{n} sessions"

    assert ENGLISH.say_n(one, many, 1) == "1 session"
    assert ENGLISH.say_n(one, many, 1_234) == "1,234 sessions"


def test_the_clock_counts_as_it_is_wanted() -> None:
    assert tongue_of("en").clock(THURSDAY, UTC) == "15:05"
    twelve = tongue_of("en", is_24h=False)
    assert twelve.clock(THURSDAY, UTC) == "3:05 PM"
    assert twelve.clock(at("00:05"), UTC) == "12:05 AM"


def test_numbers_and_times_look_as_the_language_has_them() -> None:
    german = tongue_of("de")

    assert german.tokens(21_400_000) == "21,4\N{NO-BREAK SPACE}Mio."
    assert german.tokens(152_400) == "152.400"
    assert german.money(12_400_000_000) == "12,40\N{NO-BREAK SPACE}$"
    assert german.percent(38) == "38\N{NO-BREAK SPACE}%"
    assert german.grouped(1_234) == "1.234"
    span = timedelta(hours=2, minutes=47)
    assert german.duration(span) == "2 Std. 47 Min."
    assert german.weekday_and_clock(THURSDAY, UTC) == "Do. 15:05"
    assert german.weekday(THURSDAY, UTC) == "Donnerstag"
    assert german.day(THURSDAY, UTC) == "5. März"
    least = Totals(priced_cost=nano(10**9), unpriced=1)
    assert german.cost_of(least) == "≥ 1,00\N{NO-BREAK SPACE}$"
    assert not german.is_rtl


@pytest.mark.parametrize("language", languages())
def test_every_language_says_all_kinds_of_things(language: str) -> None:
    tongue = tongue_of(language)

    for said in (
        tongue.tokens(21_400_000),
        tongue.money(12_400_000_000),
        tongue.percent(38),
        tongue.duration(timedelta(days=1, hours=20)),
        tongue.weekday_and_clock(THURSDAY, UTC),
        tongue.day(THURSDAY, UTC),
    ):
        assert any(letter.isdigit() for letter in said)
        assert not {"{", "#", "\N{CURRENCY SIGN}"} & set(said)
