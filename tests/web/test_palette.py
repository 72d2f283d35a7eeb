"""The palette by computation, from the style sheet: contrast of text and fills, and classes told apart by all eyes.

Contrast after WCAG 2.2; colours are compared as CIE 1976 distances in L*a*b*; colour vision deficiency after Machado,
Oliveira & Fernandes (2009).
"""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

import monitor.web

_CSS = (Path(monitor.web.__file__).parent / "assets" / "10-base.css").read_text(encoding="utf-8")
Colour = tuple[float, float, float]
Matrix = tuple[Colour, Colour, Colour]
CLASSES = ("strong", "light", "amber", "brick")
# linear RGB → linear RGB as seen where one kind of cone is lacking (severity 1.0)
_LACKING: dict[str, Matrix] = {
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


def themes() -> dict[str, dict[str, str]]:
    light = _CSS[_CSS.index(":root {") : _CSS.index("@media")]
    chosen = _CSS[_CSS.index(':root[data-theme="dark"] {') : _CSS.index("* { box-sizing")]
    system = _CSS[_CSS.index("@media (prefers-color-scheme: dark)") : _CSS.index(':root[data-theme="dark"] {')]
    found = {name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", text)) for name, text in
             (("light", light), ("dark", chosen), ("system", system))}  # fmt: skip
    assert found["dark"] == found.pop("system")  # the theme chosen and the system's are one
    return found


def linear(colour: str) -> Colour:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def luminance(colour: Colour) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(linear(one)), luminance(linear(other))))
    return (high + 0.05) / (low + 0.05)


def times(matrix: Matrix, colour: Colour) -> Colour:
    first, second, third = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)
    return first, second, third


def seen_by(eyes: str, colour: Colour) -> Colour:
    if eyes == "normal":
        return colour
    red, green, blue = times(_LACKING[eyes], colour)
    return tuple(min(1.0, max(0.0, part)) for part in (red, green, blue))  # type: ignore[return-value]


def lab(colour: Colour) -> Colour:
    to_xyz: Matrix = (
        (0.4124564, 0.3575761, 0.1804375),
        (0.2126729, 0.7151522, 0.072175),
        (0.0193339, 0.119192, 0.9503041),
    )
    white = (0.95047, 1.0, 1.08883)
    x, y, z = (
        part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116
        for part in (value / top for value, top in zip(times(to_xyz, colour), white, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: Colour, other: Colour) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("eyes", ["normal", "protan", "deutan", "tritan"])
def test_the_colours_of_the_classes_are_told_apart(theme: str, eyes: str) -> None:
    colours = themes()[theme]
    for one, other in combinations(CLASSES, 2):
        apart = distance(seen_by(eyes, linear(colours[one])), seen_by(eyes, linear(colours[other])))
        assert apart >= 25, (one, other, round(apart, 1))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_read_on_every_ground(theme: str) -> None:
    colours = themes()[theme]
    inks = ["ink", "soft", "quiet", "accent", *(f"{name}-ink" for name in (*CLASSES, "plain"))]
    for ground in ("page", "card", "sunken", "accent-soft"):
        for ink in inks:
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for name in CLASSES:
        assert contrast(colours[f"on-{name}"], colours[name]) >= 4.5, name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_no_text_stands_out_too(theme: str) -> None:
    """3:1 of every mark that carries meaning; a light fill has the ink of its class as its edge."""
    colours = themes()[theme]
    for name in ("strong", "brick", "plain", "focus", "quiet"):
        assert contrast(colours[name], colours["card"]) >= 3, name
    for name in CLASSES:
        assert contrast(colours[f"{name}-ink"], colours["card"]) >= 3, name


def test_the_distance_agrees_with_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert lab(linear("#ff0000")) == pytest.approx((53.24, 80.09, 67.20), abs=0.02)
    red, green = (seen_by("deutan", linear(colour)) for colour in ("#b34d4d", "#807a33"))
    assert distance(red, green) < distance(linear("#b34d4d"), linear("#807a33")) / 2
