"""A language: what is said in it, and how its numbers and times look."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.words import numbers, times
from claude_tray.words.facts import ENGLISH as ENGLISH_FACTS
from claude_tray.words.facts import Facts, facts_of

if TYPE_CHECKING:
    from datetime import datetime, timedelta, tzinfo

    from claude_tray.domain.price import NanoUsd
    from claude_tray.domain.totals import Totals

DOMAIN: Final = "claude_tray"
CATALOGUES: Final = Path(__file__).parent / "locale"
_DATA: Final = Path(__file__).parent / "locale_data.json"
# What systems call a language that has a script of its own here.
_ALIASES: Final = {"zh": "zh_Hans", "zh_CN": "zh_Hans", "iw": "he"}


class Tongue(NamedTuple):
    """
    How a person is spoken to.

    Attributes:
        language: Its code, as "en" or "de".
        facts: How numbers and times are written.
        messages: What English sentences are in it.
    """

    language: str
    facts: Facts
    messages: gettext.NullTranslations

    @property
    def is_rtl(self) -> bool:
        """Whether it is written from right to left."""
        return self.facts.is_rtl

    def say(self, text: str, **values: object) -> str:
        """
        Return a sentence.

        Args:
            text: In English, with a name in braces for each value.
            values: What stands for the names.
        """
        return self.messages.gettext(text).format(**values)

    def say_n(self, one: str, many: str, n: int, **values: object) -> str:
        """Return a sentence about n things, which {n} stands for."""
        said = self.messages.ngettext(one, many, n)
        return said.format(n=numbers.grouped(n, self.facts), **values)

    def tokens(self, count: int) -> str:
        """Return a count in short, as "21.4M"."""
        return numbers.tokens(count, self.facts)

    def grouped(self, count: int) -> str:
        """Return a whole number, as "1,234"."""
        return numbers.grouped(count, self.facts)

    def percent(self, share: float) -> str:
        """Return a percentage (0 to 100), as "38%"."""
        return numbers.percent(share, self.facts)

    def money(self, cost: NanoUsd | int | None) -> str:
        """Return a cost, as "$9.42"; a dash where it is unknown."""
        return numbers.money(cost, self.facts)

    def cost_of(self, totals: Totals) -> str:
        """Return what something cost, or the least it did."""
        return numbers.cost_of(totals, self.facts)

    def duration(self, span: timedelta) -> str:
        """Return a span, as "2h 47m"."""
        return times.duration(span, self.facts)

    def clock(self, moment: datetime, zone: tzinfo | None = None) -> str:
        """Return a time of day, as "15:00"."""
        return times.clock(moment, zone, self.facts)

    def weekday_and_clock(
        self,
        moment: datetime,
        zone: tzinfo | None = None,
    ) -> str:
        """Return a moment of the coming days, as "Thu 09:00"."""
        return times.weekday_and_clock(moment, zone, self.facts)

    def weekday(self, moment: datetime, zone: tzinfo | None = None) -> str:
        """Return a day's whole name, as "Thursday"."""
        return times.weekday(moment, zone, self.facts)

    def day(self, moment: datetime, zone: tzinfo | None = None) -> str:
        """Return a day of the year, as "Nov 24"."""
        return times.day(moment, zone, self.facts)


ENGLISH: Final = Tongue("en", ENGLISH_FACTS, gettext.NullTranslations())


def tongue_of(language: str, *, is_24h: bool | None = None) -> Tongue:
    """
    Return how a person is spoken to.

    Args:
        language: A code as systems write it, as "de_AT.UTF-8" or "pt-BR";
            one that is not spoken here is English.
        is_24h: Whether the clock counts to 24; None as the language does.
    """
    tongue = _known(_spoken(language))
    if is_24h is None:
        return tongue
    return tongue._replace(facts=tongue.facts._replace(is_24h=is_24h))


def languages() -> list[str]:
    """Return the codes of the languages that are spoken here."""
    return ["en", *sorted(path.name for path in CATALOGUES.glob("*/"))]


def _spoken(language: str) -> str:
    code = language.partition(".")[0].partition("@")[0].replace("-", "_")
    tries = (_ALIASES.get(code, code), *_shorter(code))
    return next((c for c in tries if c in languages()), "en")


def _shorter(code: str) -> tuple[str, ...]:
    base = code.partition("_")[0]
    return _ALIASES.get(base, base), base


@cache
def _known(language: str) -> Tongue:
    if language == "en":
        return ENGLISH
    # Late: English needs no file.
    import json  # noqa: PLC0415

    data = json.loads(_DATA.read_text(encoding="utf-8"))
    messages = gettext.translation(DOMAIN, CATALOGUES, [language])
    return Tongue(language, facts_of(data[language]), messages)
