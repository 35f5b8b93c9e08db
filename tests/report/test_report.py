"""Report: its files and figures, and that nothing in the records can break them."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import Future
from dataclasses import replace
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from joblib.externals.loky.process_executor import TerminatedWorkerError
from matplotlib.figure import Figure

import suite
from suite import report
from suite.claims.judge import judge
from suite.report import drawing, figure_plan
from suite.report.claims import sensitivity
from suite.report.contents import TABLES
from suite.report.figures import FIGURES
from suite.report.figures.style import render
from suite.report.looks import rows
from suite.report.protocol import extent, failures, manner, missing, surroundings
from suite.report.tables import as_markdown
from suite.results.record import Record
from suite.results.results import SUMMARY, load
from suite.results.runs import COLUMNS
from suite.results.store import Store
from suite.tasks.description import describe
from suite.tasks.task import TASKS
from suite.text import markdown

pytestmark = pytest.mark.slow

ACROSS = {"overview", "aggregate", "profiles", "improvements"}


class Page(HTMLParser):
    """The tags, identifiers and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links, self.images, self.text = [], [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.tags.append(tag)
        self.ids += [named["id"]] if "id" in named else []
        self.links += [named[key] for key in ("href", "xlink:href", "src") if key in named]
        self.images += [named.get("aria-label")] if named.get("role") == "img" else []

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def complete(tmp_path_factory, records):
    """The report of a study with a failed trial, a failed final and an unreadable record."""
    tasks = ("speech-like", "adding-50")
    folder = records.write_study(tmp_path_factory.mktemp("study"), 24, 5, tasks)
    records.write_experiment(folder, tasks=list(tasks), trials=24, best_of=4)
    records.write(folder, records.failed("speech-like", "lstm", "trial", 1, "diverged", "loss is not finite"))
    records.write(folder, records.failed("adding-50", "gru", "final", 4, "killed", "the worker process died"))
    (folder / "adding-50" / "lstm" / "final-004.json").write_text("{")
    return report.write(folder)


def test_the_report_consists_of_the_files_of_the_contract(complete):
    names = {str(path.relative_to(complete.parent)) for path in complete.parent.rglob("*.*")}
    kinds = ("scores", "learning-curves", "hyperparameters")
    figures = [f"{kind}-{task}" for kind in kinds for task in ("speech-like", "adding-50")]
    figures += ["lengths-adding", "costs", "budgets", *ACROSS]
    drawn = {f"figures/{name}.{kind}" for name in figures for kind in ("png", "svg")}
    tables = (
        "verdicts", "scores", "recommendations", "comparisons", "costs", "configurations", "gains", "centres", "noise",
    )  # fmt: skip
    exported = {f"tables/{name}.{kind}" for name in tables for kind in ("csv", "md", "tex")}
    contract = {f"tables/{name}.csv" for name in ("runs", "summary", "claims")}
    assert names == {"index.html", "report.md", *contract, *drawn, *exported}
    assert complete.stat().st_size < 4e6


def test_tables_have_the_columns_of_the_contract(complete):
    runs = pd.read_csv(complete.parent / "tables" / "runs.csv")
    assert tuple(runs.columns[: len(COLUMNS)]) == COLUMNS
    assert len(runs) == 2 * 3 * 29 - 1
    summary = pd.read_csv(complete.parent / "tables" / "summary.csv")
    assert tuple(summary.columns) == SUMMARY
    assert list(summary["failed"]) == [0, 0, 0, 0, 0, 1]


def test_the_page_is_self_contained(complete):
    page = Page(complete.read_text())
    assert all(link.startswith("#") for link in page.links)
    assert not {"img", "link", "iframe"} & set(page.tags)
    assert page.tags.count("script") == 2
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links} <= set(page.ids)


def test_every_figure_says_what_it_shows(complete):
    page = Page(complete.read_text())
    bars = complete.read_text().count('class="bar"')
    assert page.tags.count("svg") - bars == len(page.images) == 13
    assert bars > 20
    assert page.images[0].startswith("Speech like: simple-rnn 0.")
    assert page.images[1].startswith("Interquartile mean of skill")
    assert "lstm and gru beat simple-rnn" in page.images[4]
    assert all("Speech like" in words or "Adding" in words for words in page.images[4:])
    assert "Only one length of Adding (50 steps) was run" in page.text


@pytest.mark.parametrize("name", ["index.html", "report.md"])
def test_losses_are_shown_with_their_reasons(complete, name):
    text = (complete.parent / name).read_text()
    for words in ("loss is not finite", "the worker process died", "adding-50/lstm/final-004.json", "1 killed"):
        assert words in text
    assert "suite run experiments/quick.py" in text


def test_figures_are_drawn_and_left_nowhere(complete):
    for path in complete.parent.glob("figures/*.png"):
        pixels = plt.imread(path)
        assert np.std(pixels[..., :3]) > 0.02, path
    assert plt.get_fignums() == []


def test_extent_names_what_is_missing(tmp_path, records):
    folder = records.write_study(tmp_path, 1, 1, ("adding-50",))
    for name in records.ARCHITECTURES:
        records.write(folder, records.record("adding-50", name, "control", 0))
    (folder / "adding-50" / "gru" / "final-000.json").unlink()
    results = load(folder)
    assert missing(results) == ["Adding (50 steps), gru: 1 final run"]
    assert extent(results) == "8 runs of 3 architectures on 1 task; missing: Adding (50 steps), gru: 1 final run"
    assert failures(results) == []


def test_a_cell_that_lacks_runs_of_several_kinds_is_one_cell(tmp_path, records):
    results = load(records.write_study(tmp_path, 1, 1, ("adding-50",)))
    (tmp_path / "adding-50" / "gru" / "final-000.json").unlink()
    missed = missing(load(tmp_path))
    assert missed[2] == "Adding (50 steps), gru: 1 final run and 1 control run"
    assert len(missed) == len(results.architectures)


def test_other_machines_are_stated(tmp_path, records):
    results = load(records.write_study(tmp_path, 1, 1, ("adding-50",)))
    assert "other machines" not in dict(surroundings(results))
    records.write(tmp_path, records.record("adding-50", "gru", "final", 0, machine={"model": "Abacus"}))
    assert dict(surroundings(load(tmp_path)))["other machines"] == "made some runs; they differ in model"


def test_failures_have_a_reason_each(tmp_path, records):
    with_nulls(tmp_path, records)
    records.write(tmp_path, records.failed("speech-like", "gru", "final", 0, "diverged", "loss is not finite"))
    assert failures(load(tmp_path)) == [
        ("speech-like/gru/final-000", "diverged", "loss is not finite"),
        ("speech-like/lstm/final-000", "ok", "no score in the headline metric"),
        ("speech-like/lstm/final-001", "ok", "no score in the headline metric"),
    ]


def test_costs_of_many_tasks_are_spread_over_several_figures(tmp_path, records, monkeypatch):
    results = load(records.write_study(tmp_path, 0, 1, ("adding-50", "speech-like", "sp500-return")))
    monkeypatch.setitem(FIGURES, "costs", replace(FIGURES["costs"], together=2))
    assert [one.name for one in figure_plan.sketches(results) if one.kind.level == "cost"] == ["costs", "costs-1"]


def test_with_very_many_tasks_the_page_has_tables_and_the_calls_that_draw(tmp_path, records, monkeypatch):
    folder = records.write_study(tmp_path, 2, 2, ("adding-50", "speech-like"))
    monkeypatch.setattr(figure_plan, "MOST_TASKS", 1)
    index = report.write(folder)
    page = Page(index.read_text())
    assert {path.stem for path in index.parent.glob("figures/*.svg")} == ACROSS
    assert "Every comparison on Speech like" in page.text
    calls = re.findall(r"results\.plot\.\w+\(TASK\)", page.text)
    (directory,) = re.findall(r'suite\.load\("(.*?)"\)', page.text)
    assert "results.plot.learning_curves(TASK)" in calls
    drawn = eval("results.plot.scores(TASK)", {"results": suite.load(directory), "TASK": "adding-50"})
    assert isinstance(drawn, Figure)


@pytest.mark.usefixtures("undrawn")
def test_markdown_has_the_tables_of_the_page(tmp_path, records):
    folder = records.write_study(tmp_path, 0, 5, ("speech-like", "adding-50"))
    records.write_experiment(folder, tasks=["speech-like", "adding-50"], trials=24, tuning_control=True)
    for index in range(24):  # the learning rate decides, so that its importance can be told
        values = {"learning_rate": 10 ** (-1 - index / 8), "depth": index % 2}
        told = {"hyperparameters": values, "spec": {"hyperparameters": values}}
        records.write(folder, records.record("speech-like", "lstm", "trial", index, 0.3 + index / 40, **told))
    for task in ("speech-like", "adding-50"):
        for index in range(5):
            records.write(folder, records.record(task, "lstm", "control", index))
    results = load(folder)
    text = (report.write(folder).parent / "report.md").read_text()
    tables = {made.name: made for table in TABLES for made in [table(results)]}
    for name in ("scores", "gains", "importance", "centres", "comparisons", "configurations", "costs"):
        assert as_markdown(tables[name]) in text, name
    one = next(one for one in judge(results) if one.sensitivity)
    assert as_markdown(sensitivity(one)) in text
    assert all(f"- {markdown(line)}" in text for line in one.evidence)
    assert "| Predictor |" in text and "Beats the trivial baseline" in text


@pytest.mark.usefixtures("undrawn")
def test_how_it_was_done_says_what_this_experiment_did(tmp_path, records):
    folder = records.write_study(tmp_path, 1, 1, ("adding-50",))
    searched, *_ = manner(load(folder))
    assert searched.startswith("Every cell (a task with an architecture) is searched with the same number of trials")
    records.write_experiment(folder, tasks=["adding-50"], hyperparameters={"lstm": {"units": 8}})
    assert manner(load(folder))[0].startswith("Of 3 cells (each a task with an architecture), 2 are searched")
    records.write_experiment(folder, tasks=["adding-50"], hyperparameters={"units": 8})
    given = "Nothing is searched: every cell (a task with an architecture) was given its configuration."
    assert manner(load(folder))[0] == given
    records.write_experiment(folder, tasks=["adding-50"], trials=0)
    assert manner(load(folder))[0].endswith("has its default configuration.")
    assert "searched with the same number" not in report.write(folder).read_text()


@pytest.mark.usefixtures("undrawn")
def test_planned_looks_are_shown_with_what_they_saved(tmp_path, records):
    tasks = ("speech-like", "sentiment-like")
    folder = records.write_study(tmp_path, 24, 1, tasks)
    looks = {"looks": [24, 48, 96], "trials": 96, "best_of": 4, "granted": {"speech-like": 24, "sentiment-like": 48}}
    records.write_experiment(folder, tasks=list(tasks), seeds=1, claims_fixed={"looks": 3}, **looks)
    noise = np.random.default_rng(1).normal(size=(2, 3, 24))
    for task, spread, each in zip(tasks, (0.01, 0.1), noise, strict=True):
        names = {"lstm": 0.9, "gru": 0.8, "simple-rnn": 0.7} if task == "speech-like" else {}
        for name, values in zip(records.ARCHITECTURES, each, strict=True):
            records.write_trials(folder, task, {name: names.get(name, 0.75) + spread * values})
    results = load(folder)
    assert rows(results) == [
        ("Speech like", "1 of 3", "24", "none open", f"{3 * 26} of {3 * 98}"),
        ("Sentiment like", "1 of 3", "24", "3 comparisons open; goes on to 48 trials", f"{3 * 26} of {3 * 98}"),
    ]
    said = " ".join(manner(results))
    assert "After 24, 48 and 96 of them, verdicts on the task were looked at" in said
    assert "The 1 task that stopped took 78 runs instead of 294." in said
    page = Page(report.write(folder).read_text()).text
    assert f"{results.running} --until-decided" in page
    assert "planned looks, in trials per cell" in page


def test_the_cheapest_is_judged_by_means_and_weights_are_whole(complete):
    page, text = Page(complete.read_text()).text, (complete.parent / "report.md").read_text()
    for words in (page, text):
        assert "by CPU time" in words
        assert "where intervals overlap, other seeds may rank them differently" in words
    costs = pd.read_csv(complete.parent / "tables" / "costs.csv", dtype=str)
    assert costs["Weights"].str.fullmatch(r"\d+").all()


def test_what_shows_the_same_is_not_drawn_again(tmp_path, records, monkeypatch):
    folder = records.write_study(tmp_path, 1, 2, ("adding-50", "speech-like"))
    report.write(folder)
    drawn = []
    monkeypatch.setattr(drawing, "render", lambda figure, key: drawn.append(key) or render(figure, key))
    before = {path: path.read_bytes() for path in folder.glob("report/figures/*")}
    report.write(folder)
    assert drawn == []
    assert {path: path.read_bytes() for path in folder.glob("report/figures/*")} == before
    records.write(folder, records.record("speech-like", "gru", "final", 1, 0.5))
    report.write(folder)
    changed = {path.stem for path, content in before.items() if path.read_bytes() != content}
    assert len(drawn) == 6
    assert changed == {*changed & ACROSS, "scores-speech-like", "learning-curves-speech-like", "costs"}


def test_a_figure_that_does_more_than_show_a_picture_is_drawn_again(tmp_path, records):
    index = report.write(records.write_study(tmp_path, 0, 2, ("adding-50",)))
    figure = index.parent / "figures" / "scores-adding-50.svg"
    drawn, page = figure.read_bytes(), index.read_bytes()
    figure.write_bytes(drawn.replace(b"<defs>", b"<script>alert(1)</script><defs>", 1))
    report.write(tmp_path)
    assert figure.read_bytes() == drawn
    assert index.read_bytes() == page


@pytest.mark.parametrize("link", ["report", "report/link"])
def test_nothing_that_a_link_leads_to_becomes_part_of_the_report(tmp_path, records, link, monkeypatch):
    monkeypatch.setattr("os.link", _refuse)  # as on a disk without hard links
    folder, private = tmp_path / "study", tmp_path / "private"
    without_records(folder, records)
    private.mkdir()
    (private / "key").write_text("secret")
    (folder / link).parent.mkdir(exist_ok=True)
    (folder / link).symlink_to(private if link == "report" else private / "key")
    report.write(folder)
    kept = [path for path in (folder / "report").rglob("*") if path.is_file() and not path.is_symlink()]
    assert "secret" not in [path.read_text(errors="replace") for path in kept]
    assert not (folder / "report").is_symlink()
    assert [path.name for path in private.iterdir()] == ["key"]


def test_no_figure_of_an_earlier_report_is_from_outside_the_results(tmp_path, records):
    folder = records.write_study(tmp_path / "study", 0, 2, ("adding-50",))
    figure = report.write(folder).parent / "figures" / "scores-adding-50.png"
    drawn = figure.read_bytes()
    figure.rename(tmp_path / "private")
    (tmp_path / "private").write_text("secret")
    figure.symlink_to(tmp_path / "private")
    (folder / "report").rename(folder / "earlier")
    (folder / "report").symlink_to(folder / "earlier")
    report.write(folder)
    assert figure.read_bytes() == drawn


def _refuse(*_, **__):
    raise OSError


def test_several_processes_draw_the_same(tmp_path, records, monkeypatch):
    results = load(records.write_study(tmp_path, 0, 2, ("adding-50", "speech-like")))
    chosen = [one for one in figure_plan.sketches(results) if one.kind.name in ("costs", "profiles", "scores")]
    alone = [one.files for one in drawing.draw(chosen, tmp_path)]
    monkeypatch.setattr(drawing, "MOST_DRAWN_HERE", 0)
    assert [one.files for one in drawing.draw(chosen, tmp_path)] == alone


def test_what_a_second_process_did_not_draw_because_it_ended_is_drawn_here(tmp_path, records, monkeypatch):
    class Ended:
        def submit(self, *_):
            one = Future()
            one.set_exception(TerminatedWorkerError("it was killed"))
            return one

    results = load(records.write_study(tmp_path, 0, 2, ("adding-50", "speech-like")))
    chosen = [one for one in figure_plan.sketches(results) if one.kind.name == "scores"]
    monkeypatch.setattr(drawing, "MOST_DRAWN_HERE", 0)
    monkeypatch.setattr(drawing, "get_reusable_executor", lambda **_: Ended())
    drawn = drawing.draw(chosen, tmp_path)
    assert len(drawn) == 2
    assert all(one.files["svg"] and not one.fault for one in drawn)


def test_a_figure_that_cannot_be_drawn_is_named_with_the_reason_and_the_report_is_written(
    tmp_path, records, monkeypatch
):
    folder = records.write_study(tmp_path, 0, 2, ("adding-50", "speech-like"))
    report.write(folder)

    def fail_on_adding(figure, key):
        if any(panel.get_title(loc="left") == "Adding (50 steps)" for panel in figure.axes):
            raise ValueError("no room for <b>\nthe axis")
        return render(figure, key)

    monkeypatch.setattr(drawing, "render", fail_on_adding)
    records.write(folder, records.record("adding-50", "gru", "final", 1, 0.5))
    index = report.write(folder)
    page, text = Page(index.read_text()), (index.parent / "report.md").read_text()
    for shown in (page.text, text.replace("\\", "").replace("&lt;", "<")):
        assert "The figure “Score of every run” (scores-adding-50) could not be drawn: ValueError: no room for <b> the axis" in shown  # fmt: skip # noqa: E501
    assert "scores-adding-50" in page.ids and "scores-speech-like" in page.ids
    assert not list(index.parent.glob("figures/scores-adding-50.*"))
    assert (index.parent / "figures" / "scores-speech-like.svg").is_file()


def test_a_hundred_errors_of_every_run_on_real_recordings_are_reported(tmp_path, records, monkeypatch):
    """The first run stores the inputs of its first 30 errors; most of what all runs miss comes later."""
    task = TASKS.get("spoken-digits")
    if not task.data_set.cached:
        pytest.skip("no files of 'fsdd' in SUITE_DATA")
    data = task.load(1)
    x, y = data.test
    monkeypatch.setitem(records.TASKS, task.name, describe(task, data))
    monkeypatch.setitem(records.BASELINES, task.name, 0.1)
    records.write_experiment(tmp_path, tasks=[task.name], architectures=["gru"], trials=0, seeds=2)
    records.write_task(tmp_path, task.name)
    wrong = [np.arange(200), np.array([20, *range(100, 300)])]
    stored = {"missed/place": wrong[0][:30], "missed/x": x[:30], "missed/steps": data.steps("test")[:30]}
    for index, places in enumerate(wrong):
        prediction = np.eye(10)[y]
        prediction[places] = np.roll(prediction[places], 1, axis=1)
        arrays = {"target": y, "prediction": prediction} | ({} if index else stored)
        Store(tmp_path).write(Record(**records.record(task.name, "gru", "final", index, 0.5)), arrays, None)
    index = report.write(tmp_path)
    page = Page(index.read_text())
    assert f"101 of {len(y)} test examples are missed by all 2 final runs" in page.text
    assert "could not be drawn" not in page.text
    assert (index.parent / "figures" / "missed-spoken-digits.svg").is_file()


def without_finals(folder, records):
    records.write_study(folder, 2, 0, ("adding-50",))


def one_run(folder, records):
    records.write_task(folder, "speech-like")
    records.write(folder, records.record("speech-like", "lstm", "final", 0))


def all_failed(folder, records):
    records.write_task(folder, "speech-like")
    for role, status in (("trial", "diverged"), ("trial", "error"), ("final", "killed")):
        records.write(folder, records.failed("speech-like", "lstm", role, 0, status, "no memory"))


def without_task_json(folder, records):
    records.write(folder, records.record("speech-like", "lstm", "final", 0))


def without_optional_keys(folder, records):
    records.write_task(folder, "adding-50")
    needed = ("id", "task", "architecture", "role", "index", "seed", "status", "metrics", "spec")
    for role in ("trial", "final"):
        kept = records.record("adding-50", "lstm", role, 0)
        records.write(folder, {key: kept[key] for key in needed})


def with_nulls(folder, records):
    records.write_task(folder, "speech-like")
    nulls = {"metrics": {"test": {"accuracy": None}}, "history": {"val_accuracy": [0.5, None]}, "weights": None}
    records.write(folder, records.record("speech-like", "lstm", "final", 0, **nulls))
    nulls |= {"metrics": None, "hyperparameters": None, "seconds": None, "flags": None, "baseline": {"test": {}}}
    records.write(folder, records.record("speech-like", "lstm", "final", 1, **nulls))
    some = {"history": {"val_accuracy": [0.5, None, 0.7]}, "hyperparameters": {"learning_rate": None}}
    records.write(folder, records.record("speech-like", "lstm", "final", 2, 0.7, **some))


def without_records(folder, records):
    records.write_experiment(folder)


@pytest.mark.parametrize(
    ("make", "words", "figures"),
    [
        (without_finals, "No verdict yet: 2 of the 12 trials", ["hyperparameters-adding-50", "overview"]),
        (
            one_run,
            "No verdict yet: 1 of the 5 final runs",
            ["costs", "learning-curves-speech-like", "scores-speech-like"],
        ),
        (all_failed, "All of 1 final run failed", []),
        (without_task_json, "task.json is missing", []),
        (without_optional_keys, "are not known: no conclusion is possible", ["lengths-adding", "scores-adding-50"]),
        (with_nulls, "No verdict", ["costs", "learning-curves-speech-like", "scores-speech-like"]),
        (without_records, "No final run yet", []),
    ],
)
def test_partial_results_make_a_sensible_report(tmp_path, records, make, words, figures):
    make(tmp_path, records)
    page = report.write(tmp_path)
    assert words in page.read_text()
    assert words in (page.parent / "report.md").read_text()
    assert sorted(path.stem for path in page.parent.glob("figures/*.svg")) == figures


def test_nothing_in_the_records_acts_in_the_report(tmp_path, records):
    evil, long, right_to_left = "a<script>alert(1)<u'\"&%_$x^2$", "</svg><script>" + "x" * 10_000, "\u05de\u05e9\u202e"
    task, architectures = "adding-50", {"gru": evil, "lstm": right_to_left}
    records.write_experiment(
        tmp_path, name="own", description=long, tasks=[task], architectures=[*architectures], titles=architectures
    )
    own = {"title": evil, "family": evil, "baseline": evil, "description": long, "source": evil, "sweep": evil}
    records.write_task(tmp_path, task, **own)
    for architecture in architectures:
        for index, value in enumerate(("</svg>", evil)):
            values = {"learning_rate": 0.01, evil: value, "depth": 1}
            records.write(tmp_path, records.record(task, architecture, "trial", index, hyperparameters=values))
        records.write(tmp_path, records.record(task, architecture, "final", 0))
    records.write(tmp_path, records.failed(task, "gru", "final", 1, "error", f"{evil}\x00\x1b[31m{long}\u4efb"))
    index = report.write(tmp_path)
    page = Page(index.read_text())
    assert "u" not in page.tags
    assert page.tags.count("script") == 2
    assert page.tags.count("svg") == 6
    assert evil in page.text
    assert "\u202e" not in page.text
    assert "x" * 2000 not in page.text
    assert "<script" not in (index.parent / "report.md").read_text()
    figures = {path.stem: ET.parse(path).getroot() for path in index.parent.glob("figures/*.svg")}
    assert evil[:10] in "".join(figures["overview"].itertext())


def test_a_report_that_fails_leaves_the_last_one(complete, monkeypatch):
    before = {path: path.read_bytes() for path in complete.parent.rglob("*.*")}

    def fail(*_):
        raise MemoryError

    monkeypatch.setattr(figure_plan, "sketches", fail)
    with pytest.raises(MemoryError):
        report.write(complete.parent.parent)
    assert {path: path.read_bytes() for path in complete.parent.rglob("*.*")} == before


def test_figures_of_an_earlier_report_go(tmp_path, records):
    without_records(tmp_path, records)
    old = tmp_path / "report" / "figures" / "scores.svg"
    old.parent.mkdir(parents=True)
    old.write_text("of runs that were set aside")
    report.write(tmp_path)
    assert not old.exists()


def test_the_report_needs_no_training_framework(tmp_path, records):
    without_records(tmp_path, records)
    code = (
        "import sys; from suite import report; report.write(sys.argv[1]); "
        "sys.exit(', '.join({'tensorflow', 'keras', 'keras_tuner', 'distributed'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
