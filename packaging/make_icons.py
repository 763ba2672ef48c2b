"""
Make every icon that a package needs from icons/src/*.svg.

    python packaging/make_icons.py           write them
    python packaging/make_icons.py --check   fail if what is there differs

Needs resvg_py of the version in pyproject.toml: with it the bytes are the
same each time. The formats: freedesktop.org's icon theme and symbolic icons,
ICO with PNG entries (Windows Vista and later), ICNS with PNG entries (10.7).
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
# From here down the ring of app.svg is too thin to be seen.
SMALL: Final = 24
THEME: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512)
# 100 to 250 % of 16, 24 and 32 pixels.
ICO: Final = (16, 20, 24, 32, 40, 48, 64, 256)
ICNS: Final = (
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
PANEL: Final = 22
INK: Final = "#2e3436"
INKS: Final = {
    "on-light": "#2e3436",
    "on-dark": "#f6f5f4",
    # macOS colours a template itself and looks at its alpha alone.
    "template": "#000000",
}


def png(svg: str, pixels: int) -> bytes:
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, width=pixels, height=pixels),
    )


def ico(pictures: dict[int, bytes]) -> bytes:
    """Return an ICO; each size was drawn, none is a resized one."""
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


def icns(pictures: dict[int, bytes]) -> bytes:
    body = b"".join(
        kind.encode()
        + struct.pack(">I", 8 + len(pictures[pixels]))
        + pictures[pixels]
        for kind, pixels in ICNS
    )
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def made() -> dict[Path, bytes]:
    """Return what there is to be, by path."""
    app, small, symbolic = (
        (ICONS / "src" / f"{name}.svg").read_text()
        for name in ("app", "small", "symbolic")
    )
    sizes = {
        pixels: png(small if pixels <= SMALL else app, pixels)
        for pixels in {*THEME, *ICO, *(pixels for _, pixels in ICNS)}
    }
    theme = ICONS / "hicolor"
    files = {
        theme / f"{pixels}x{pixels}" / "apps" / f"{APP_ID}.png": sizes[pixels]
        for pixels in THEME
    }
    files[theme / "scalable" / "apps" / f"{APP_ID}.svg"] = app.encode()
    name = f"{APP_ID}-symbolic.svg"
    files[theme / "symbolic" / "apps" / name] = symbolic.encode()
    files[ICONS / f"{COMMAND}.ico"] = ico({n: sizes[n] for n in ICO})
    files[ICONS / f"{COMMAND}.icns"] = icns(sizes)
    for name, ink in INKS.items():
        for suffix, scale in (("", 1), ("@2x", 2)):
            drawn = png(symbolic.replace(INK, ink), PANEL * scale)
            files[ICONS / "panel" / f"{name}{suffix}.png"] = drawn
    return files


def main() -> int:
    files = made()
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
            print(f"{path.relative_to(ROOT)} is not what the sources make")
        return 1 if wrong else 0
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
