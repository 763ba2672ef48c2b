"""Check which usage has no price, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.cli.doctor.finding import Finding
from claude_tray.store.health import (
    UnpricedTerms,
    list_unpriced_models,
    list_unpriced_terms,
)
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from claude_tray.core.price_table import PriceTable
    from claude_tray.i18n.translator import Translator
    from claude_tray.store.connection import Reader

# A crafted transcript may name hundreds of thousands of models.
_MAX_LISTED: Final = 100


def collect_price_findings(
    reader: Reader, prices: PriceTable, translator: Translator
) -> list[Finding]:
    """
    Report models without a price, and speeds and tiers without one.

    Another price of the model would be wrong if only its speed is unknown.
    """
    unpriced = list_unpriced_models(reader)
    models = [name for name in unpriced if not prices.get_model_prices(name)]
    terms = (
        [t for t in list_unpriced_terms(reader) if t.model not in models]
        if len(models) < len(unpriced)
        else []
    )
    return [_check_models(models, translator), _check_terms(terms, translator)]


def _check_models(models: list[str], translator: Translator) -> Finding:
    hint = ""
    if models:
        hint = translator.gettext(
            'Add their prices to settings.toml: [prices."NAME"].'
        )
    text = translator.join_names(models) or translator.gettext("none")
    return Finding("unpriced_models", models[:_MAX_LISTED], text, hint)


def _check_terms(
    terms: list[UnpricedTerms], translator: Translator
) -> Finding:
    gettext = translator.gettext
    lines = []
    for model, speed, tier in terms[:_MAX_LISTED]:
        if speed:
            lines.append(
                gettext(
                    "{model}: unpriced speed “{speed}”",
                    model=make_visible(model),
                    speed=make_visible(speed),
                )
            )
        if tier:
            lines.append(
                gettext(
                    "{model}: unpriced service tier “{tier}”",
                    model=make_visible(model),
                    tier=make_visible(tier),
                )
            )
    hint = ""
    if lines:
        hint = gettext("A newer version of claude-tray may have a price.")
    return Finding(
        "unpriced_terms",
        [item._asdict() for item in terms[:_MAX_LISTED]],
        "\n".join(lines) or gettext("none"),
        hint,
    )
