"""The site: links hold as in the repository, the gallery follows the registry, and nothing comes from elsewhere."""

import base64
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from mkdocs.config import load_config
from mkdocs.structure.files import get_files
from repository import ROOT
from website import gallery, reference, repository, tutorial

import suite
from suite.report.figures import FIGURES

PNG, SIZE = base64.b64encode(b"png").decode(), {"image/png": {"width": 42, "height": 42}}


@pytest.mark.parametrize(
    ("name", "link", "expected"),
    [
        ("claims.md", "[x](calibration.md#rates)", "[x](calibration.md#rates)"),
        ("installing.md", "[x](../README.md#two-commands)", "[x](overview.md#two-commands)"),
        ("overview.md", "![x](docs/report.png)", "![x](report.png)"),
        ("benchmarks.md", "[x](../docs/claims.md)", "[x](claims.md)"),
        ("index.md", "[x](tutorial.ipynb)", "[x](tutorial.md)"),
        ("overview.md", "[x](https://example.org/docs/a.md)", "[x](https://example.org/docs/a.md)"),
        ("overview.md", "[x](#tasks)", "[x](#tasks)"),
    ],
)  # fmt: skip
def test_a_link_of_the_repository_becomes_one_of_the_site(name, link, expected):
    assert repository.relinked(link, name) == expected


PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "NOTICE.md", "results/README.md"]
PAGES += sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("path", PAGES)
def test_a_link_leads_to_a_file_of_the_repository(path):
    for link, _ in repository.LINK.findall((ROOT / path).read_text(encoding="utf-8")):
        assert (ROOT / path).parent.joinpath(link).is_file(), link


def test_a_cell_of_the_tutorial_becomes_text_code_and_pictures():
    outputs = [
        nbformat.v4.new_output("stream", text="printed\n"),
        nbformat.v4.new_output("display_data", {"image/png": PNG, "text/plain": "?"}, metadata=SIZE),
        nbformat.v4.new_output("execute_result", {"text/html": "<b>\n\nanswer</b>", "text/plain": "?"}),
        nbformat.v4.new_output("execute_result", {"text/plain": "42"}),
    ]
    pictures = {}
    text = "\n".join(tutorial.lines(nbformat.v4.new_code_cell("x = 1", outputs=outputs), pictures))
    assert "```python\nx = 1\n```" in text and "```text\nprinted\n```" in text and "```text\n42\n```" in text
    assert "<div><b>\n\nanswer</b></div>" in text
    assert pictures == {"tutorial/figure-1.png": b"png"} and "(tutorial/figure-1.png){ width=42 }" in text
    assert [*tutorial.lines(nbformat.v4.new_markdown_cell("# Title"), pictures)] == ["# Title\n"]


def test_the_reference_has_every_public_name():
    assert {f"suite.{name}" for name in suite.__all__} < set(re.findall("^::: (.*)$", reference.page(), re.MULTILINE))


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The results of the stored study."""
    return gallery.example(tmp_path_factory.mktemp("gallery"))


def test_the_study_of_the_gallery_is_complete_and_small(example):
    assert example.unreadable == {} and (example.runs["status"] == "ok").all()
    assert gallery.STUDY.stat().st_size < 500_000


@pytest.mark.slow
@pytest.mark.parametrize("kind", FIGURES.values(), ids=list(FIGURES))
def test_the_gallery_shows_the_call_that_draws_a_figure(example, kind):
    subjects = gallery.subjects_of(kind, example)
    text = "\n".join(gallery.entry(kind, example, subjects))
    call = re.search(rf"^results\.plot\.{kind.name}\((.*)\)$", text, re.MULTILINE)
    assert re.findall('"([^"]+)"', call[1]) == [subject for subject in subjects if subject]
    assert (f"(gallery/{kind.name}.png)" in text) == bool(subjects)


@pytest.mark.slow
def test_the_gallery_draws_nearly_every_figure(example):
    lacking = [name for name, kind in FIGURES.items() if not gallery.subjects_of(kind, example)]
    assert len(lacking) <= 2, lacking


def test_the_site_loads_nothing_from_elsewhere():
    config = load_config(str(ROOT / "mkdocs.yml"))
    assert config.theme["font"] is False and config.strict
    assert not [script for script in (*config.extra_css, *config.extra_javascript) if "//" in str(script)]


@pytest.mark.slow
def test_a_broken_link_stops_what_make_does(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("[a page](nowhere.md)")
    changes = "hooks: []\nnav: []\nplugins: []\nextra_css: []\n"
    (tmp_path / "mkdocs.yml").write_text(f"INHERIT: {ROOT / 'mkdocs.yml'}\n{changes}")
    options = re.search(r"/mkdocs (.*)", (ROOT / "Makefile").read_text(encoding="utf-8"))[1].split()
    done = subprocess.run([sys.executable, "-m", "mkdocs", *options], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "contains a link 'nowhere.md'" in done.stderr


def test_every_page_has_a_place_in_the_navigation():
    config = load_config(str(ROOT / "mkdocs.yml"))
    pages = {file.src_uri for file in get_files(config) if Path(file.src_uri).suffix == ".md"}
    assert pages <= set(re.findall(r"[\w-]+\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8")))
