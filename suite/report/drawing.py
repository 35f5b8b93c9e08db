"""Figures: sketches, and the drawings made of them; those that show the same as the last time are not drawn again."""

import hashlib
import multiprocessing
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import matplotlib as mpl

from suite import environment
from suite.report.figures import Plot
from suite.report.figures.style import render
from suite.results.results import Results
from suite.text import label

MOST_DRAWN_HERE = 60  # figures; more are shared among processes
PROCESSES = 2


@dataclass(frozen=True)
class Sketch:
    """A figure to draw: `plot` of `subjects` (tasks or sweeps) in `results`, which hold nothing else.

    `alt` says in words what is seen in it; `png` whether it is saved as one too.
    """

    name: str
    title: str
    caption: str
    alt: list[str]
    plot: Plot
    results: Results
    subjects: Sequence[str]
    png: bool = True

    @cached_property
    def key(self) -> str:
        """sha256 over all that the figure shows, the suite's code and matplotlib's version."""
        shown = [self.results.checksum(task) for task in self.results.task_names]
        parts = [
            self.plot.__name__,
            environment.code(),
            mpl.__version__,
            *self.results.architectures,
            "",
            *self.subjects,
            "",
            *shown,
        ]
        return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class Drawing:
    """A drawn figure with its files by kind ("svg", "png"); `inlined`: whether the page holds it itself.

    `fault`: why it could not be drawn, on one line; it then has no files.
    """

    name: str
    title: str
    caption: str
    alt: list[str]
    files: dict[str, bytes]
    fault: str = ""
    inlined: bool = True

    @property
    def kinds(self) -> str:
        """The names of its files, ".svg, .png"."""
        return ", ".join(f".{kind}" for kind in self.files)

    @property
    def words(self) -> str:
        """What is seen in it, on one line of bearable length."""
        return label(" ".join(self.alt), 1500)

    @property
    def inline(self) -> str:
        """The SVG for a page that holds others: no prologue, no metadata, and identifiers of its own."""
        svg = self.files["svg"].decode()
        svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], count=1, flags=re.DOTALL)
        return re.sub(r'(\bid="|\burl\(#|href="#)', rf"\g<1>{self.name}-", svg)


def named(*parts: str) -> str:
    """A file name of any text: harmless characters, not too long, and no two alike."""
    text = "-".join(parts)
    plain = re.sub(r"[^A-Za-z0-9.-]+", "_", text)[:60]
    return plain if plain == text else f"{plain}-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"


def draw(sketches: Sequence[Sketch], folder: Path) -> list[Drawing]:
    """The drawings in the order of the sketches; `folder` holds those of the last time."""
    return begin(sketches, folder)()


def begin(sketches: Sequence[Sketch], folder: Path) -> Callable[[], list[Drawing]]:
    """Begins to draw, where there is much in other processes, so that something else can be done meanwhile.

    What it returns waits for the drawings.
    """
    kept = {sketch.name: known for sketch in sketches if (known := _kept(sketch, folder))}
    new = [sketch for sketch in sketches if sketch.name not in kept]
    drawn = _spread(new) if len(new) > MOST_DRAWN_HERE else partial(_render, new)

    def finish() -> list[Drawing]:
        made = {name: (files, "") for name, files in kept.items()} | {name: rest for name, *rest in drawn()}
        return [Drawing(one.name, one.title, one.caption, one.alt, *made[one.name]) for one in sketches]

    return finish


def _kept(sketch: Sketch, folder: Path) -> dict[str, bytes]:
    """The files of the last time if they show the same, else nothing."""
    paths = {kind: folder / f"{sketch.name}.{kind}" for kind in (("svg", "png") if sketch.png else ("svg",))}
    if not all(path.is_file() for path in paths.values()):
        return {}
    files = {kind: path.read_bytes() for kind, path in paths.items()}
    return files if sketch.key.encode() in files["svg"][:4000] else {}


Rendered = tuple[str, dict[str, bytes], str]  # name, files by kind, why there are none


def _render(sketches: Iterable[Sketch]) -> list[Rendered]:
    return [(one.name, *_attempt(one)) for one in sketches]


def _attempt(sketch: Sketch) -> tuple[dict[str, bytes], str]:
    """The files of a figure, or why it cannot be drawn: the page names it and is written all the same."""
    try:
        return render(sketch.plot(sketch.results, sketch.subjects), sketch.key, sketch.png), ""
    except Exception as error:
        return {}, label(f"{type(error).__name__}: {error}", 300)


def _spread(sketches: Sequence[Sketch]) -> Callable[[], list[Rendered]]:
    """Has them drawn by several processes, all figures of the same results by the same one."""
    groups: dict[int, list[Sketch]] = {}
    for sketch in sketches:
        groups.setdefault(id(sketch.results), []).append(sketch)
    pool = ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn"))
    drawn = [pool.submit(_render, group) for group in groups.values()]

    def collect() -> list[Rendered]:
        with pool:
            return [file for group in drawn for file in group.result()]

    return collect
