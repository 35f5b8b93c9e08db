"""Compact: the SVG that matplotlib writes, in fewer bytes and without a visible difference."""

import re

PLACES = re.compile(r' (?:d|x|y)="[^"]*"')
DIGITS = re.compile(r"(\.\d\d)\d+")  # a hundredth of a point is less than any screen or printer shows
SPACE = re.compile(r"\n\s*")
POINTS = re.compile(r'<g id="PathCollection_\d+">.*?\n   </g>', re.DOTALL)
BETWEEN = re.compile(r'</g>\s*<g clip-path="[^"]*">')  # two points of a collection, which have the same clip path
STYLE = re.compile(r'(?<=") style="([^"]*)"(?=/?>)')


def compact(svg: str) -> str:
    """Round coordinates, and state what the points of a collection share once."""
    svg = PLACES.sub(lambda found: DIGITS.sub(r"\1", found[0]), svg)
    return SPACE.sub("\n", POINTS.sub(lambda found: _together(found[0]), svg))


def _together(points: str) -> str:
    """Return a group of points with one clip path and, if all have the same style, with one style."""
    head, defs, body = points.rpartition("</defs>")
    body = BETWEEN.sub("", body)
    styles = set(STYLE.findall(body))
    if len(styles) != 1 or not defs:
        return head + defs + body
    return head + defs + STYLE.sub("", body).replace("<g clip", f'<g style="{styles.pop()}" clip', 1)
