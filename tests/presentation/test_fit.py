from __future__ import annotations

from claude_tray.core.fit import Activity, build_fit
from claude_tray.core.receipt_weights import Weights
from claude_tray.i18n.translator import load_translator
from claude_tray.presentation.fit import build_fit_view

ENGLISH = load_translator("en")


def test_usage_without_points_says_only_what_is_left() -> None:
    usage = [Activity(0, 1, "s", "/p", 0.0)]

    view = build_fit_view(
        build_fit(usage, [0], 37, 0), Weights(0.0), 3_600_000, ["/p"], ENGLISH
    )

    assert view.sentence.startswith("37% of the 5-hour limit is left until ")
    assert (view.turns, view.rows) == ("", ())
