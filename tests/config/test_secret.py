from __future__ import annotations

from claude_tray.config.secret import Secret


def test_a_secret_is_masked_in_its_repr() -> None:
    token = Secret("abc")

    assert token == "abc"
    assert repr((token, Secret())) == "('***', '')"
