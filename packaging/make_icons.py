"""
Render all icons of the packages from icons/src/*.svg.

    python packaging/make_icons.py           write them
    python packaging/make_icons.py --check   fail if they are out of date

Needs resvg_py in the version of pyproject.toml, for reproducible bytes. The
formats: themed and symbolic icons of freedesktop.org, ICO with PNG entries
(Windows Vista and later), ICNS with PNG entries (macOS 10.7 and later).
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import Final

import resvg_py

from claude_tray.platform.app_id import APP_ID, COMMAND

ROOT: Final = Path(__file__).resolve().parents[1]
ICONS: Final = ROOT / "icons"
# At this size and below, the ring of app.svg is too thin to be visible.
MAX_SMALL_SIZE: Final = 24
THEME_SIZES: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512)
# 16, 24 and 32 pixels at scales from 100% to 250%.
ICO_SIZES: Final = (16, 20, 24, 32, 40, 48, 64, 256)
ICNS_ENTRIES: Final = (
    ("icp4", 16),
    ("icp5", 32),
    ("ic07", 128),
    ("ic08", 256),
    ("ic09", 512),
    ("ic11", 32),
    ("ic12", 64),
    ("ic13", 256),
    ("ic14", 512),
    ("ic10", 1024),
)
PANEL_SIZE: Final = 22
SYMBOLIC_COLOR: Final = "#2e3436"
PANEL_COLORS: Final = {
    "on-light": "#2e3436",
    "on-dark": "#f6f5f4",
    # macOS colors a template image; only its alpha channel matters.
    "template": "#000000",
}


def render_png(svg: str, pixels: int) -> bytes:
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, width=pixels, height=pixels),
    )


def build_ico(pictures: dict[int, bytes]) -> bytes:
    """Combine PNGs, keyed by size, to an ICO."""
    head = struct.pack("<HHH", 0, 1, len(pictures))
    body = b""
    start = len(head) + 16 * len(pictures)
    for pixels, data in pictures.items():
        side = pixels % 256
        at = start + len(body)
        head += struct.pack(
            "<BBBBHHII", side, side, 0, 0, 1, 32, len(data), at
        )
        body += data
    return head + body


def build_icns(pictures: dict[int, bytes]) -> bytes:
    """Combine PNGs, keyed by size, to an ICNS."""
    body = b"".join(
        kind.encode()
        + struct.pack(">I", 8 + len(pictures[pixels]))
        + pictures[pixels]
        for kind, pixels in ICNS_ENTRIES
    )
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def build_files() -> dict[Path, bytes]:
    """Return all files by path."""
    app, small, symbolic = (
        (ICONS / "src" / f"{name}.svg").read_text()
        for name in ("app", "small", "symbolic")
    )
    sizes = {
        pixels: render_png(small if pixels <= MAX_SMALL_SIZE else app, pixels)
        for pixels in {
            *THEME_SIZES,
            *ICO_SIZES,
            *(pixels for _, pixels in ICNS_ENTRIES),
        }
    }
    theme = ICONS / "hicolor"
    files = {
        theme / f"{pixels}x{pixels}" / "apps" / f"{APP_ID}.png": sizes[pixels]
        for pixels in THEME_SIZES
    }
    files[theme / "scalable" / "apps" / f"{APP_ID}.svg"] = app.encode()
    name = f"{APP_ID}-symbolic.svg"
    files[theme / "symbolic" / "apps" / name] = symbolic.encode()
    files[ICONS / f"{COMMAND}.ico"] = build_ico(
        {n: sizes[n] for n in ICO_SIZES}
    )
    files[ICONS / f"{COMMAND}.icns"] = build_icns(sizes)
    for name, color in PANEL_COLORS.items():
        for suffix, scale in (("", 1), ("@2x", 2)):
            drawn = render_png(
                symbolic.replace(SYMBOLIC_COLOR, color), PANEL_SIZE * scale
            )
            files[ICONS / "panel" / f"{name}{suffix}.png"] = drawn
    return files


def main() -> int:
    files = build_files()
    if "--check" in sys.argv:
        found = {p for p in ICONS.rglob("*") if p.is_file()}
        wrong = [
            path
            for path, data in files.items()
            if path not in found or path.read_bytes() != data
        ]
        sources = {p for p in found if p.parent.name == "src"}
        wrong += found - files.keys() - sources
        for path in sorted(wrong):
            print(f"{path.relative_to(ROOT)} is out of date")
        return 1 if wrong else 0
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
