from __future__ import annotations

import pytest

from claude_tray.core.fit import Activity, Estimate, Fit, build_fit
from claude_tray.core.receipt_weights import Weights
from claude_tray.i18n.translator import load_translator
from claude_tray.presentation.fit import build_fit_line, build_fit_view
from tests.support.popup_states import make_popup_state

ENGLISH = load_translator("en")


def test_usage_without_points_says_only_what_is_left() -> None:
    usage = [Activity(0, 1, "s", "/p", 0.0)]

    view = build_fit_view(
        build_fit(usage, [0], 37, 0), Weights(0.0), 3_600_000, ["/p"], ENGLISH
    )

    assert view.sentence.startswith("37% of the 5-hour limit is left until ")
    assert (view.turns, view.rows) == ("", ())


@pytest.mark.parametrize(
    ("state", "left", "line"),
    [
        ("pace", 62.0, "Enough for about 31 turns like today's."),
        ("pace", 1.9, "Not enough for another usual turn."),
        # A limit blocks, or nothing was reported.
        ("limit", 0.0, ""),
        ("ready", 100.0, ""),
    ],
)
def test_what_fits_is_one_line_while_a_window_is_open(
    state: str, left: float, line: str
) -> None:
    fit = Fit(left, Estimate(3, 1.0, 2.0, 4.0), None, None, ())

    assert build_fit_line(fit, make_popup_state(state).context) == line


def test_nothing_is_said_before_anything_is_learned() -> None:
    context = make_popup_state("pace").context

    assert build_fit_line(None, context) == ""
    assert build_fit_line(Fit(50.0, None, None, None, ()), context) == ""
