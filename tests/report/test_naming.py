"""Naming: people read titles everywhere; ids stand where programs read, or where a person types them."""

import csv
import io
import re

import pytest

from suite.analysis.best import best, lines
from suite.claims.judge import judge
from suite.claims.tables import lines as claim_lines
from suite.report import context, files
from suite.report.contents import TABLES
from suite.report.figures import FIGURES
from suite.report.page import Page
from suite.report.rendering import fill
from suite.report.terminal import brief
from suite.results.results import load

pytestmark = pytest.mark.slow

TITLES = {"simple-rnn": "simple RNN", "lstm": "LSTM", "gru": "GRU"}
NAMES = {"speech-like": "Spoken digits", "sp500-return": "S&P 500 return", "adding-50": "Adding (50 steps)"}
IDS = re.compile(r"\b(?:simple-rnn|lstm|gru|speech-like|sp500-return|adding-50)\b")


@pytest.fixture(scope="module")
def results(tmp_path_factory, records):
    """A study of three tasks with titles, in which a trial and a final run failed."""
    folder = records.write_study(tmp_path_factory.mktemp("study"), 24, 5, tuple(NAMES))
    for task, title in NAMES.items():
        records.write_task(folder, task, title=title, examples=[{"x": [[0.0], [1.0]], "y": 1}])
    declared = {"trials": 24, "best_of": 4, "titles": TITLES, "tuning_control": True}
    records.write_experiment(folder, tasks=list(NAMES), **declared)
    for name in TITLES:
        for index in range(5):
            made = {"gradients": {"start": {"1": 0.5, "9": 0.1}, "kept": {"1": 1.0, "9": 0.2}}}
            records.write(folder, records.record("adding-50", name, "final", index, **made))
            records.write(folder, records.record("adding-50", name, "control", index))
    records.write(folder, records.failed("speech-like", "lstm", "trial", 1, "diverged", "loss is not finite"))
    return load(folder)


def plain(page):
    """What a person reads of a page: no attributes, no code, no script, no ids of runs or files."""
    page = re.sub(r"<(script|style|code|svg).*?</\1>", " ", page, flags=re.DOTALL)
    return without_paths(re.sub(r"<[^>]*>", " ", page))


def without_paths(text):
    return re.sub(r"\S*(?:/|figures/|\.svg|\.csv|--tasks )\S*|Files: \S+", " ", text)


def test_the_page_has_no_ids_except_in_code(results):
    page = Page(results, {made.name: made for table in TABLES if (made := table(results)).rows}, [])
    assert IDS.findall(plain(fill("index.html", context(page)).decode())) == []


def test_the_terminal_has_no_ids(results):
    assert [line for line in brief(results) if IDS.search(line)] == []


def test_best_names_the_cell_as_commands_do_on_one_line_only(results):
    for task in NAMES:
        first, cell, *others = lines(results, best(results, task))
        assert first.startswith(f"{NAMES[task]}: ")
        assert cell.strip().split("/")[0] == task
        assert not [line for line in others if IDS.search(line)]


def test_claims_and_their_evidence_have_no_ids(results):
    assert [line for line in claim_lines(judge(results)) if IDS.search(without_paths(line))] == []


@pytest.mark.parametrize("name", FIGURES)
def test_figures_and_their_descriptions_have_no_ids(results, name):
    kind = FIGURES[name]
    for subject in kind.subjects(results, results.task_names)[:1]:
        assert not IDS.search(kind.words(results, subject))
        drawn = kind.draw(results, [subject])
        texts = [text.get_text() for text in drawn.findobj(lambda one: hasattr(one, "get_text"))]
        assert [text for text in texts if IDS.search(text)] == []


@pytest.mark.usefixtures("undrawn")
def test_files_for_programs_keep_the_ids(results, tmp_path):
    made = files(results, tmp_path)
    for table, column in (("comparisons", "Task"), ("costs", "Architecture"), ("centres", "Task")):
        rows = list(csv.DictReader(io.StringIO(made[f"tables/{table}.csv"].decode())))
        assert {row[column] for row in rows} <= {*NAMES, *TITLES}
        assert IDS.search(made[f"tables/{table}.md"].decode()) is None
