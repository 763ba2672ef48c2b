from __future__ import annotations

import pytest

pytest.importorskip("jeepney", reason="D-Bus")

from claude_tray.ui.tray.backends.sni_properties import format_host_tooltip


@pytest.mark.parametrize(
    ("desktop", "title", "description"),
    [
        ("XFCE", "a + (b>", "c &amp; &lt;d&gt;\ne"),
        ("KDE", "a & <b>", "<span>c &amp; &lt;d&gt;<br/>e</span>"),
        ("ubuntu:LXQt", "a & <b>\nc & <d>\ne", ""),
    ],
)
def test_tooltip_markup_matches_the_panel(
    desktop: str,
    title: str,
    description: str,
) -> None:
    shown = format_host_tooltip("a & <b>\nc & <d>\ne", desktop)

    assert shown == (title, description)
