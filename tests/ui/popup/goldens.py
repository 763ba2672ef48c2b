"""
Draw the reference pictures: `python -m tests.ui.popup.goldens`.

Some pictures are stored as such. Of each of the others the mean colors of
its tiles are stored, which any version of Pillow reproduces, and a
fingerprint, which only the version that made it does.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import PIL
from PIL import features

from claude_tray.core.periods import TimeRange
from claude_tray.core.setup import FileChange, SetupState
from claude_tray.core.time import to_epoch_ms
from claude_tray.i18n.translator import load_translator
from claude_tray.presentation.usage_chart import ChartKind
from claude_tray.presentation.usage_list import Grouping
from claude_tray.ui.graphics.palette import DARK, LIGHT
from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.render.layout import draw_popup
from claude_tray.ui.toolkit.surface import ViewState
from claude_tray.ui.toolkit.widgets import Drag, DragKind
from tests.support.pictures import TILE_PX, compute_tile_means
from tests.support.popup_states import (
    END,
    START,
    STATES,
    PopupState,
    make_percent_state,
    make_popup_state,
)
from tests.support.receipts import list_receipt_paths, make_receipt

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from claude_tray.i18n.translator import Translator


FOLDER: Final = Path(__file__).parent
REFERENCES: Final = FOLDER / "goldens.json"
PICTURES: Final = FOLDER / "pictures"
STORED_CASES: Final = (
    "pace dark 1x en project",
    "pace dark 1x en project menu",
    "fast light 1x en kind",
    "almost dark 1x en session",
    "limit dark 1x de day",
    "week light 1x en session week",
    "error light 1x en project",
    "accounts dark 1x en project",
    "ultra light 1x en kind",
    "model light 1x en day",
    "all dark 1x en project",
    "unknown light 1x en project rtl",
    "welcome light 1x en project",
    "pace light 1x en project hover chart",
    "pace dark 1x en session range",
    "97% light 1x en project",
    "140% light 1x en project week",
    "pace dark 1x en project help",
    "pace dark 1x en project receipt",
)
# Shares at which labels are close to each other or to an edge.
PERCENTS: Final = (0, 50, 89, 97, 100, 140)
GROUPINGS: Final = tuple(Grouping)


class GoldenCase(NamedTuple):
    """A popup in one state and look."""

    state: str
    theme: str = "dark"
    scale: float = 1
    language: str = "en"
    grouping: str = "project"
    variant: str = ""

    @property
    def name(self) -> str:
        label = f"{self.state} {self.theme} {self.scale:g}x {self.language}"
        return f"{label} {self.grouping} {self.variant}".strip()

    @property
    def tile_px(self) -> int:
        """Size of a tile, so that scaled pictures have as many of them."""
        return round(TILE_PX * self.scale)


def list_cases() -> list[GoldenCase]:
    cases = [
        GoldenCase(
            state, theme, grouping=GROUPINGS[(number + 2 * theme_index) % 5]
        )
        for number, state in enumerate(STATES)
        for theme_index, theme in enumerate(("dark", "light"))
    ]
    cases += [
        GoldenCase(state, language="de", grouping="day") for state in STATES
    ]
    cases += [
        GoldenCase("welcome", theme, language=language)
        for theme, language in (("light", "en"), ("dark", "de"))
    ]
    cases += [
        GoldenCase(f"{percent}%", theme, variant=variant)
        for percent in PERCENTS
        for theme, variant in (("dark", ""), ("light", ""), ("light", "week"))
    ]
    cases += [
        GoldenCase("week", "light", grouping="session", variant="week"),
        GoldenCase("fast", "dark", language="de", variant="week"),
        GoldenCase("unknown", "light", variant="rtl week"),
    ]
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
        for variant in (
            "menu",
            "help",
            "search",
            "focus settings",
            "focus row:1",
            "message",
            "tooltip row:0",
        )
    ]
    cases += [
        GoldenCase("pace", "light", variant="hover chart"),
        GoldenCase("pace", grouping="session", variant="range"),
        GoldenCase("accounts", "light", grouping="session", variant="drag"),
    ]
    cases += [
        GoldenCase("pace", theme, scale, language, variant="receipt")
        for theme, scale, language in (
            ("dark", 1, "en"),
            ("light", 2, "de"),
        )
    ]
    return cases


def draw_case(case: GoldenCase) -> Picture:
    state = _make_state(case)
    view = build_view(*state)
    if "rtl" in case.variant:
        view = view._replace(is_rtl=True)
    palette = DARK if case.theme == "dark" else LIGHT
    view_state = ViewState(case.scale, palette, "popup")
    kind, _, name = case.variant.partition(" ")
    changes: dict[str, dict[str, Any]] = {
        "menu": {"is_menu_open": True, "hover": "picture"},
        "message": {"message": "Summary copied"},
        "hover": {"hover": name, "pointer": (70.0, 190.0)},
        "focus": {"focus": name},
        "tooltip": {"tooltip": name, "hover": name},
        "drag": {
            "drag": Drag(
                "chart", DragKind.RANGE, (90.0, 200.0), (160.0, 200.0)
            )
        },
    }
    view_state = view_state._replace(**changes.get(kind, {}))
    return draw_popup(view, view_state).picture


def _make_state(case: GoldenCase) -> PopupState:
    translator = load_translator(case.language)
    if case.state == "welcome":
        return _make_welcome_state(translator)
    if case.state.endswith("%"):
        percent = int(case.state.removesuffix("%"))
        state = make_percent_state(percent, 190, translator)
    else:
        state = make_popup_state(case.state, translator)
    state = state.change_selection(grouping=Grouping(case.grouping))
    if case.variant == "receipt":
        bounds = map(to_epoch_ms, (START, END))
        state = state.change_data(
            receipt=(make_receipt(*bounds), list_receipt_paths())
        )
    if "week" in case.variant:
        state = state.change_selection(chart=ChartKind.WEEK)
    start_ms = to_epoch_ms(START)
    changes: dict[str, dict[str, Any]] = {
        "help": {"shows_help": True},
        "search": {"search": "api"},
        "range": {
            "time_range": TimeRange(start_ms, start_ms + 3_000_000),
            "project": "/home/ada/claude-tray",
        },
    }
    return state.change_selection(**changes.get(case.variant, {}))


def _make_welcome_state(translator: Translator) -> PopupState:
    """Return the state before the first message, with a refused switch."""
    change = FileChange(
        "~/.claude/settings.json",
        ("{",),
        ("{", '  "statusLine": {"command": "claude-tray statusline"},'),
    )
    setup = SetupState(
        starts_at_login=False,
        changes=(change,),
        problems=(("autostart", "claude-tray is in a temporary folder."),),
        transcript_folders=("~/.claude/projects",),
    )
    state = make_popup_state("empty", translator).change_data(setup=setup)
    return state.change_snapshot(
        is_waiting=True, unfollowed_folders=("~/.claude-work",)
    )


def compute_fingerprint(picture: Picture) -> str:
    size = f"{picture.width}x{picture.height}"
    digest = hashlib.sha256(picture.tobytes()).hexdigest()[:24]
    return f"{size} {digest}"


def get_picture_path(name: str) -> Path:
    """Return where a case's picture is stored; Windows allows no colon."""
    return PICTURES / f"{re.sub(r'[:%]', ' ', name)}.png"


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
