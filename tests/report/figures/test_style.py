"""Look: labels, colours and files of figures."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest

from suite.report.figures import FIGURES
from suite.report.figures.style import MARKERS, look, render
from suite.results.results import load
from suite.text import label, markdown


def test_markdown_and_labels_are_inert():
    assert markdown("<b>|a_b*[x](y)`$\n#") == r"&lt;b\>\|a\_b\*\[x\](y)\`\$ \#"
    assert label("a\x00\x1b\n b" + "c" * 100, 8) == "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER} bcc\N{HORIZONTAL ELLIPSIS}"  # fmt: skip # noqa: E501


def test_no_two_of_many_architectures_look_alike():
    style = look(SimpleNamespace(architectures=[f"a{k}" for k in range(10 * len(MARKERS))], called=str))
    assert len(set(zip(style.palette.values(), style.markers.values(), strict=True))) == 90


@pytest.mark.slow
def test_the_same_records_make_the_same_figure_and_leave_none_open(tmp_path, records):
    results = load(records.write_study(tmp_path, 0, 2, ("adding-50",)))
    files = render(FIGURES["lengths"].draw(results, ["adding"]))
    assert files == render(FIGURES["lengths"].draw(results, ["adding"]))
    assert files["svg"].startswith(b"<?xml")
    assert plt.get_fignums() == []
