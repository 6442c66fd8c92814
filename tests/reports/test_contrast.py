"""The colours of the page's words can be read, in light and in dark."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "grader/reports/pages/report.html.j2"
ROOTS = re.findall(r":root \{([^}]*)\}", PAGE.read_text(encoding="utf-8"))
SCHEMES = dict(zip(["light", "dark"], ROOTS, strict=True))


def luminance(colour):
    """The relative luminance of WCAG 2.2."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_stand_out_from_their_ground(scheme):
    """The text and every verdict's colour have a contrast of 4.5 at least."""
    colours = dict(re.findall(r"--(\w+): (#\w{6})\b", SCHEMES[scheme]))
    ground = colours.pop("ground")
    assert set(colours) == {"text", "full", "part", "none"}
    for colour in colours.values():
        dark, light = sorted([luminance(colour), luminance(ground)])
        assert (light + 0.05) / (dark + 0.05) >= 4.5
