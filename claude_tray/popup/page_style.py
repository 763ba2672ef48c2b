"""How the page looks: the popup's colours, light and dark."""

from __future__ import annotations

from typing import Final

from claude_tray.drawing.palette import DARK, LIGHT, Palette, tinted

_NO_COLOURS: Final = frozenset({"kinds", "is_dark"})


def _variables(palette: Palette) -> str:
    names = [name for name in Palette._fields if name not in _NO_COLOURS]
    colours = [f"--{name}: {getattr(palette, name)};" for name in names]
    for name in ("ok", "warning", "soft"):
        ink, below = tinted(palette, getattr(palette, name))
        colours += [f"--{name}-ink: {ink};", f"--{name}-below: {below};"]
    return " ".join(colours)


STYLE: Final = (
    ":root { color-scheme: light dark; "
    + _variables(LIGHT)
    + " }\n@media (prefers-color-scheme: dark) { :root { "
    + _variables(DARK)
    + " } }\n"
    + """
* { box-sizing: border-box; }
body { margin: 0; background: var(--background); color: var(--text);
  font: 15px/1.5 Inter, system-ui, sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
header { position: relative; }
.kind { margin: 0; color: var(--soft); font-weight: 500; }
.corner { color: var(--faint); font-weight: 400; margin-inline-start: 1em; }
h1 { margin: 0; font-size: 2.6rem; line-height: 1.2; }
h1 small { font-size: 1.05rem; font-weight: 400; color: var(--soft); }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
.pill { display: inline-block; margin: .25rem 0; padding: .1rem .8rem;
  border-radius: 1rem; font-weight: 600; color: var(--soft-ink);
  background: var(--soft-below); }
.ok .pill { color: var(--ok-ink); background: var(--ok-below); }
.warning .pill, .stale .pill { color: var(--warning-ink);
  background: var(--warning-below); }
.critical .pill, .limit .pill, .error .pill { color: var(--on);
  background: var(--fill); }
figure { margin: 0; padding: 1rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px; }
figcaption { color: var(--soft); font-size: .9rem; margin-top: .5rem; }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 11px; fill: var(--soft); }
.even { stroke: var(--faint); stroke-dasharray: 2 4; }
.limit-line { stroke: var(--faint); stroke-dasharray: 5 4; }
.limit-line.near { stroke: var(--critical); }
.curve { fill: none; stroke: var(--accent); stroke-width: 2.5; }
.area { fill: var(--accent); opacity: .2; }
.ahead { stroke: var(--ok); stroke-width: 2; stroke-dasharray: 3 4; }
.ahead.near { stroke: var(--critical); }
.here { fill: var(--text); stroke: var(--card); stroke-width: 2; }
svg .number { font-size: 15px; font-weight: 700; fill: var(--text); }
.axis { stroke: var(--line); }
table { width: 100%; border-collapse: collapse; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px; overflow: hidden;
  border-spacing: 0; }
th, td { padding: .45rem .9rem; text-align: end;
  border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: 500;
  font-size: .85rem; }
th:first-child { text-align: start; }
tbody th { font-weight: 500; overflow-wrap: anywhere; }
@media (max-width: 30rem) {
  main { padding: 1rem .5rem 2rem; }
  th, td { padding: .4rem .4rem; font-size: .85rem; }
}
footer { margin-top: 2rem; color: var(--soft); font-size: .9rem; }
"""
)
