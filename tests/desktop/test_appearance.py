from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.desktop.appearance import is_dark

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="GTK's files")


@pytest.mark.parametrize(
    ("text", "dark"),
    [
        ("[Settings]\ngtk-application-prefer-dark-theme=1\n", True),
        ("[Settings]\ngtk-application-prefer-dark-theme = true\n", True),
        ("[Settings]\ngtk-application-prefer-dark-theme=0\n", False),
        ("[Settings]\ngtk-theme-name=Adwaita-dark\n", True),
        ("[Settings]\ngtk-theme-name=Adwaita\n", False),
        ("", False),
    ],
)
def test_the_desktop_says_whether_it_is_dark(
    text: str,
    dark: bool,  # noqa: FBT001 - the expected value
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "gtk-3.0"
    folder.mkdir()
    (folder / "settings.ini").write_text(text)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("GTK_THEME", raising=False)

    assert is_dark() is dark


def test_a_theme_of_the_environment_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, dark in (("Adwaita:dark", True), ("Adwaita", False)):
        monkeypatch.setenv("GTK_THEME", name)

        assert is_dark() is dark
