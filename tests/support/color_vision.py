"""
Compute how distinct colors are, also for color-blind users.

Machado, Oliveira, Fernandes 2009 (severity 1.0); distance by CIE 1976.
"""

from __future__ import annotations

DEFICIENCY_MATRICES = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE = (0.95047, 1.0, 1.08883)

ColorTriple = tuple[float, float, float]


def simulate_deficiency(deficiency: str, color: str) -> ColorTriple:
    """Return a color as seen with a color vision deficiency."""
    return _multiply(DEFICIENCY_MATRICES[deficiency], _to_linear_rgb(color))


def color_distance(one: ColorTriple, other: ColorTriple) -> float:
    pairs = zip(_to_lab(one), _to_lab(other), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def contrast_ratio(one: str, other: str) -> float:
    """
    Return the contrast ratio of two colors, from 1 to 21.

    As defined by WCAG 2: w3.org/TR/WCAG22.
    """
    darker, lighter = sorted(
        (_relative_luminance(one), _relative_luminance(other))
    )
    return (lighter + 0.05) / (darker + 0.05)


def _relative_luminance(color: str) -> float:
    red, green, blue = _to_linear_rgb(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_linear_rgb(color: str) -> ColorTriple:
    channels = [byte / 255 for byte in bytes.fromhex(color[1:])]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in channels
    )
    return red, green, blue


def _to_lab(linear: ColorTriple) -> ColorTriple:
    channels = (min(1.0, max(0.0, value)) for value in linear)
    red, green, blue = channels
    x, y, z = (
        _lab_curve(value / white)
        for value, white in zip(
            _multiply(_XYZ, (red, green, blue)),
            _WHITE,
            strict=True,
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _lab_curve(value: float) -> float:
    if value > 0.008856:
        return float(value ** (1 / 3))
    return 7.787 * value + 16 / 116


def _multiply(
    matrix: tuple[ColorTriple, ColorTriple, ColorTriple],
    vector: ColorTriple,
) -> ColorTriple:
    first, second, third = (
        sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix
    )
    return first, second, third
