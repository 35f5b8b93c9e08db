"""Drawing: turn sketches into figure files; reuse the files of figures whose content has not changed."""

from collections.abc import Iterable, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

from joblib.externals.loky import get_reusable_executor

from suite.errors import UnreadableError
from suite.files.reading import read_own
from suite.process import current_folder
from suite.report.figure_plan import Sketch
from suite.report.figures import FIGURES
from suite.report.figures.style import render
from suite.report.harmless import is_harmless
from suite.report.page import Drawing
from suite.results.results import Results
from suite.text import label

MOST_DRAWN_HERE = 24  # figures; if there are more, a second process helps
SHARE_HERE = 0.5  # of the figures: the second process has to start first
MOST_INLINE = 8_000_000  # bytes of SVG; if there are more, the page loads the files instead

Order = tuple[str, Results, Sequence[str], str]  # (kind of figure, results, subjects, key)
Rendered = tuple[dict[str, bytes], str]  # (content of each file by kind, reason if the figure could not be drawn)


def draw(sketches: Sequence[Sketch], folder: Path) -> list[Drawing]:
    """Return one drawing per sketch, in order; reuse unchanged figures from `folder`."""
    made: dict[str, Rendered] = {one.name: (files, "") for one in sketches if (files := _unchanged(one, folder))}
    changed = [one for one in sketches if one.name not in made]
    made |= zip((one.name for one in changed), _render_all(changed), strict=True)
    drawn = [_drawing(one, *made[one.name]) for one in sketches]
    inlined = sum(len(one.files.get("svg", b"")) for one in drawn) <= MOST_INLINE
    return [replace(one, inlined=inlined) for one in drawn]


def _unchanged(sketch: Sketch, folder: Path) -> dict[str, bytes]:
    """Return the existing SVG and PNG in `folder` if they show the same content and do nothing else, else {}."""
    paths = {kind: folder / f"{sketch.name}.{kind}" for kind in ("svg", "png")}
    try:
        files = {kind: read_own(path, folder.parent.parent) for kind, path in paths.items()}  # in <results>/report/
    except UnreadableError:
        return {}
    return files if sketch.key.encode() in files["svg"][:4000] and is_harmless(files["svg"]) else {}


def _drawing(sketch: Sketch, files: dict[str, bytes], fault: str) -> Drawing:
    kind = sketch.kind
    described = (sketch.name, kind.title, kind.caption, kind.level, sketch.subjects)
    drawing = Drawing(*described, "", files, fault, at_once=kind.at_once)
    try:
        words = " ".join(label(kind.words(sketch.results, subject), 400) for subject in sketch.subjects)
    except Exception as error:
        return replace(drawing, files={}, fault=fault or _reason(error))
    return replace(drawing, words=label(words, 1500))


def _reason(error: Exception) -> str:
    return label(f"{type(error).__name__}: {error}", 300)


def _render_all(sketches: Sequence[Sketch]) -> list[Rendered]:
    """Render every sketch; if there are more than MOST_DRAWN_HERE, a second process renders a part of them.

    It is one of joblib's, which does not import the script that asked for the report once more.
    """
    if len(sketches) <= MOST_DRAWN_HERE:
        return _render_each((one.kind.name, one.results, one.subjects, one.key) for one in sketches)
    here = round(SHARE_HERE * len(sketches))
    orders = [(one.kind.name, one.part, one.subjects, one.key) for one in sketches[here:]]
    with current_folder.unimported():
        second = get_reusable_executor(max_workers=1, initializer=current_folder.ignore_settings)
        rest = second.submit(_render_each, orders)
    first = _render_each((one.kind.name, one.results, one.subjects, one.key) for one in sketches[:here])
    try:
        return [*first, *rest.result()]
    except BrokenProcessPool:  # something ended the second process, such as a system that lacks memory for two
        return [*first, *_render_each(orders)]


def _render_each(orders: Iterable[Order]) -> list[Rendered]:
    return [_render(*order) for order in orders]


def _render(kind: str, results: Results, subjects: Sequence[str], key: str) -> Rendered:
    """Return (files, "") or, if drawing fails, ({}, reason): the page shows the reason and is still written."""
    try:
        return render(FIGURES[kind].draw(results, subjects), key), ""
    except Exception as error:
        return {}, _reason(error)
