"""Which figures of an earlier report are shown again: those that show a picture and do nothing else."""

import pytest
from matplotlib.figure import Figure

from suite.report.figures.style import render
from suite.report.harmless import is_harmless


@pytest.fixture(scope="module")
def svg():
    """A figure with lines, marks, texts in any direction and an image."""
    figure = Figure()
    left, right = figure.subplots(1, 2)
    left.plot([1, 2], [3, 4], "o--", label="<script> & \"a\" 'b' (c)")
    left.set_ylabel("turned")
    left.legend()
    right.imshow([[1, 2], [3, 4]])
    return render(figure, "key")["svg"]


def test_what_the_suite_draws_is_harmless(svg):
    assert b"<image" in svg and b"rotate" in svg
    assert is_harmless(svg)


@pytest.mark.parametrize(
    "added",
    [
        b"<script>alert(1)</script>",
        b'<dc:script xmlns:dc="http://www.w3.org/2000/svg">alert(1)</dc:script>',
        b'<g xmlns="http://www.w3.org/1999/xhtml"/>',
        b'<g onload="alert(1)"/>',
        b'<g id="a"onload="alert(1)"/>',
        b"<g onload='alert(1)'/>",
        b'<a xlink:href="javascript:alert(1)"><text>x</text></a>',
        b'<use xlink:href="javascript:alert(1)"/>',
        b'<use xlink:href="&#106;avascript:alert(1)"/>',
        b'<image xlink:href="data:image/svg+xml;base64,PHN2Zz4="/>',
        b'<image xlink:href="https://elsewhere.example/seen.png"/>',
        b'<g style="fill: url(https://elsewhere.example/seen)"/>',
        b'<g style="fill: u\\72l(https://elsewhere.example/seen)"/>',
        b"<style>@import 'https://elsewhere.example/seen.css'</style>",
        b'<style type="text/css">@import url(https://elsewhere.example/seen.css)</style>',
        b"<foreignObject><body><form/></body></foreignObject>",
        b'<animate attributeName="href" to="javascript:alert(1)"/>',
        b"<![CDATA[<script>alert(1)</script>]]>",
        b"<!-- --><iframe>",
        b'<?xml-stylesheet href="data:text/xsl,x"?>',
        b"<!DOCTYPE svg [<!ENTITY x 'y'>]>",
        b"<g",
    ],
)
def test_whatever_does_more_is_not(svg, added):
    assert not is_harmless(svg.replace(b"<defs>", b"<defs>" + added, 1))
