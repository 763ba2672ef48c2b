from __future__ import annotations

from claude_tray.config.secret import Secret


def test_a_secret_does_not_show_itself() -> None:
    token = Secret("abc")

    assert token == "abc"
    assert repr((token, Secret())) == "('***', '')"
