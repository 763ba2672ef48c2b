"""
The pictures the popup is held against: `python -m tests.popup.goldens`.

Every picture's fingerprint is kept, and a few pictures as such. Fingerprints
are exact, but only for the versions of Pillow and FreeType they were made
with; the kept pictures are compared with some tolerance by any version.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import PIL
from PIL import features
from PIL.Image import Dither

from claude_tray.domain.snapshot import SyncPhase, SyncState
from claude_tray.drawing.palette import DARK, LIGHT
from claude_tray.popup.compose import view_of
from claude_tray.popup.drawn.picture import draw_popup
from claude_tray.popup.drawn.sheet import Look
from claude_tray.popup.preferences.pages import NAMES, pages_of
from claude_tray.popup.preferences.picture import draw_settings
from claude_tray.popup.preferences.standing import Standing
from claude_tray.words.tongue import tongue_of
from tests.support.popups import STATES, a_moment

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

HERE: Final = Path(__file__).parent
FINGERPRINTS: Final = HERE / "goldens.json"
PICTURES: Final = HERE / "pictures"
KEPT: Final = (
    "pace dark 1x en projects",
    "fast light 1x en days",
    "limit dark 1x de days",
    "unknown light 1x en projects rtl",
)


class Case(NamedTuple):
    """A popup in a state, as it is looked at."""

    state: str
    theme: str = "dark"
    scale: float = 1
    language: str = "en"
    tab: str = "projects"
    more: str = ""

    @property
    def name(self) -> str:
        words = f"{self.state} {self.theme} {self.scale:g}x {self.language}"
        return f"{words} {self.tab} {self.more}".strip()


def cases() -> list[Case]:
    tabs = ("projects", "models", "days")
    found = [
        Case(state, theme, tab=tabs[(number + turn) % 3])
        for number, state in enumerate(STATES)
        for turn, theme in enumerate(("dark", "light"))
    ]
    found += [Case(state, language="de", tab="days") for state in STATES]
    for scale in (1.25, 1.5, 2, 3):
        found += [Case("pace", "dark", scale), Case("fast", "light", scale)]
    found += [
        Case(state, "light", more="rtl")
        for state in ("pace", "unknown", "accounts")
    ]
    found += [
        Case("pace", more=more)
        for more in ("menu", "hover chart", "focus settings", "message")
    ]
    found.append(Case("pace", tab="days", more="hover days"))
    return found + settings_cases()


def settings_cases() -> list[Case]:
    found = [
        Case(f"settings:{page}", ("dark", "light")[number % 2])
        for number, page in enumerate(NAMES)
    ]
    found += [Case(f"settings:{page}", language="de") for page in NAMES]
    found.append(Case("settings:icon", scale=2))
    found.append(Case("settings:icon", "light", more="rtl"))
    return found


def _draw_settings(case: Case) -> Picture:
    sync = SyncState(SyncPhase.DELAYED, None, 312, 0, "No answer in 10 s.")
    is_dark = case.theme == "dark"
    standing = Standing(
        tongue=tongue_of(case.language),
        starts_at_login=True,
        sync=sync,
        folders=("~/.claude", "~/.config/claude"),
        places=(("usage.db", "~/.local/share/claude-tray/usage.db"),),
        is_dark=is_dark,
        address="https://stats.example.org",
    )
    look = Look(case.scale, DARK if is_dark else LIGHT)
    look = look._replace(tab=case.state.partition(":")[2])
    title = standing.tongue.say("Settings")
    is_rtl = case.more == "rtl"
    return draw_settings(
        pages_of(standing), title, look, is_rtl=is_rtl
    ).picture


def draw(case: Case) -> Picture:
    if case.state.startswith("settings"):
        return _draw_settings(case)
    view = view_of(a_moment(case.state, tongue_of(case.language)))
    if case.more == "rtl":
        view = view._replace(is_rtl=True)
    palette = DARK if case.theme == "dark" else LIGHT
    look = Look(case.scale, palette, case.tab)
    if case.more == "menu":
        look = look._replace(is_menu_open=True, hover="picture")
    elif case.more == "message":
        look = look._replace(message="The summary is copied.")
    elif case.more.startswith("hover"):
        at = (120.0, 160.0) if "chart" in case.more else (210.0, 540.0)
        look = look._replace(hover=case.more.split()[1], pointer=at)
    elif case.more.startswith("focus"):
        look = look._replace(focus=case.more.split()[1])
    return draw_popup(view, look).picture


def fingerprint(picture: Picture) -> str:
    size = f"{picture.width}x{picture.height}"
    digest = hashlib.sha256(picture.tobytes()).hexdigest()[:24]
    return f"{size} {digest}"


def versions() -> str:
    """What pixels depend on beside this program."""
    parts = [
        f"{name} {features.version(name)}"
        for name in ("freetype2", "raqm", "harfbuzz")
    ]
    return ", ".join([f"Pillow {PIL.__version__}", *parts])


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    prints = {}
    for case in cases():
        picture = draw(case)
        prints[case.name] = fingerprint(picture)
        if case.name in KEPT:
            small = picture.quantize(64, dither=Dither.NONE)
            small.save(PICTURES / f"{case.name}.png", optimize=True)
    kept = {"versions": versions(), "pictures": prints}
    FINGERPRINTS.write_text(json.dumps(kept, indent=1) + "\n")
    print(f"{len(prints)} pictures, made with {versions()}")  # noqa: T201


if __name__ == "__main__":
    main()
