"""
Draw the reference pictures: `python -m tests.ui.popup.goldens`.

Some pictures are stored as such. Of each of the others the mean colors of
its tiles are stored, which any version of Pillow reproduces, and a
fingerprint, which only the version that made it does.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import PIL
from PIL import features

from claude_tray.core.snapshot import SyncPhase, SyncState
from claude_tray.i18n.translator import load_translator
from claude_tray.ui.graphics.palette import DARK, LIGHT
from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.render.layout import draw_popup
from claude_tray.ui.settings.pages import PAGE_NAMES, build_pages
from claude_tray.ui.settings.render import draw_settings
from claude_tray.ui.settings.state import SettingsState
from claude_tray.ui.toolkit.surface import ViewState
from tests.support.pictures import TILE_PX, compute_tile_means
from tests.support.popup_states import STATES, make_popup_state

if TYPE_CHECKING:
    from PIL.Image import Image as Picture


FOLDER: Final = Path(__file__).parent
REFERENCES: Final = FOLDER / "goldens.json"
PICTURES: Final = FOLDER / "pictures"
STORED_CASES: Final = (
    "pace dark 1x en projects",
    "pace dark 1x en projects menu",
    "fast light 1x en days",
    "almost dark 1x en days",
    "limit dark 1x de days",
    "week light 1x en days",
    "error light 1x en projects",
    "accounts dark 1x en models",
    "ultra light 1x en projects",
    "model light 1x en models",
    "credits dark 1x en models",
    "all dark 1x en projects",
    "empty light 1x en projects",
    "unknown light 1x en projects rtl",
    "settings:icon light 1x en projects",
    "settings:sync dark 1x en projects",
)


class GoldenCase(NamedTuple):
    """A popup or a page of the settings in one state and look."""

    state: str
    theme: str = "dark"
    scale: float = 1
    language: str = "en"
    tab: str = "projects"
    variant: str = ""

    @property
    def name(self) -> str:
        label = f"{self.state} {self.theme} {self.scale:g}x {self.language}"
        return f"{label} {self.tab} {self.variant}".strip()

    @property
    def tile_px(self) -> int:
        """Size of a tile, so that scaled pictures have as many of them."""
        return round(TILE_PX * self.scale)


def list_cases() -> list[GoldenCase]:
    tabs = ("projects", "models", "days")
    cases = [
        GoldenCase(state, theme, tab=tabs[(number + theme_index) % 3])
        for number, state in enumerate(STATES)
        for theme_index, theme in enumerate(("dark", "light"))
    ]
    cases += [GoldenCase(state, language="de", tab="days") for state in STATES]
    for scale in (1.25, 1.5, 2, 3):
        cases += [
            GoldenCase("pace", "dark", scale),
            GoldenCase("fast", "light", scale),
        ]
    cases += [
        GoldenCase(state, "light", variant="rtl")
        for state in ("pace", "unknown", "accounts")
    ]
    cases += [
        GoldenCase("pace", variant=variant)
        for variant in ("menu", "hover chart", "focus settings", "message")
    ]
    cases.append(GoldenCase("pace", tab="days", variant="hover days"))
    return cases + list_settings_cases()


def list_settings_cases() -> list[GoldenCase]:
    cases = [
        GoldenCase(f"settings:{page}", ("dark", "light")[number % 2])
        for number, page in enumerate(PAGE_NAMES)
    ]
    cases += [
        GoldenCase(f"settings:{page}", language="de") for page in PAGE_NAMES
    ]
    cases.append(GoldenCase("settings:icon", scale=2))
    cases.append(GoldenCase("settings:icon", "light", variant="rtl"))
    return cases


def _draw_settings_case(case: GoldenCase) -> Picture:
    sync = SyncState(SyncPhase.DELAYED, None, 312, 0, "No answer in 10 s.")
    is_dark = case.theme == "dark"
    state = SettingsState(
        translator=load_translator(case.language),
        starts_at_login=True,
        sync=sync,
        claude_folders=("~/.claude", "~/.config/claude"),
        own_files=(("usage.db", "~/.local/share/claude-tray/usage.db"),),
        is_dark=is_dark,
        server_url="https://stats.example.org",
    )
    view_state = ViewState(case.scale, DARK if is_dark else LIGHT)
    view_state = view_state._replace(tab=case.state.partition(":")[2])
    title = state.translator.gettext("Settings")
    is_rtl = case.variant == "rtl"
    return draw_settings(
        build_pages(state), title, view_state, is_rtl=is_rtl
    ).picture


def draw_case(case: GoldenCase) -> Picture:
    if case.state.startswith("settings"):
        return _draw_settings_case(case)
    view = build_view(
        *make_popup_state(case.state, load_translator(case.language))
    )
    if case.variant == "rtl":
        view = view._replace(is_rtl=True)
    palette = DARK if case.theme == "dark" else LIGHT
    view_state = ViewState(case.scale, palette, case.tab)
    if case.variant == "menu":
        view_state = view_state._replace(is_menu_open=True, hover="picture")
    elif case.variant == "message":
        view_state = view_state._replace(message="Summary copied")
    elif case.variant.startswith("hover"):
        pointer = (120.0, 160.0) if "chart" in case.variant else (210.0, 593.0)
        view_state = view_state._replace(
            hover=case.variant.split()[1], pointer=pointer
        )
    elif case.variant.startswith("focus"):
        view_state = view_state._replace(focus=case.variant.split()[1])
    return draw_popup(view, view_state).picture


def compute_fingerprint(picture: Picture) -> str:
    size = f"{picture.width}x{picture.height}"
    digest = hashlib.sha256(picture.tobytes()).hexdigest()[:24]
    return f"{size} {digest}"


def get_picture_path(name: str) -> Path:
    """Return where a case's picture is stored; Windows allows no colon."""
    return PICTURES / f"{name.replace(':', ' ')}.png"


def format_versions() -> str:
    """Name the libraries that decide on pixels, with their versions."""
    parts = [
        f"{name} {features.version(name)}"
        for name in ("freetype2", "raqm", "harfbuzz")
    ]
    return ", ".join([f"Pillow {PIL.__version__}", *parts])


def main() -> None:
    """Draw and store the references of every case."""
    PICTURES.mkdir(exist_ok=True)
    references = {}
    for case in list_cases():
        picture = draw_case(case)
        references[case.name] = {
            "fingerprint": compute_fingerprint(picture),
            "tiles": compute_tile_means(picture, case.tile_px),
        }
        if case.name in STORED_CASES:
            path = get_picture_path(case.name)
            picture.convert("RGB").save(path, optimize=True)
    document = {"versions": format_versions(), "pictures": references}
    REFERENCES.write_text(json.dumps(document, indent=1) + "\n")
    print(f"{len(references)} pictures, made with {format_versions()}")  # noqa: T201


if __name__ == "__main__":
    main()
