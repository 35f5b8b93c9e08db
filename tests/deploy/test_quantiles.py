"""A network that predicts quantiles, used on new data: `suite predict`, the exported script and the model card."""

import csv
import io
import runpy
import sys

import numpy as np
import pytest

from suite.cli import main
from suite.experiment.loading import load_experiment

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_draw")]

FILE = """
from suite import Experiment, series_from_csv
series_from_csv("boiler", "boiler.csv", target="heat", window=4, horizon=[1, 2], time="hour", missing="previous")
experiment = Experiment(tasks=["boiler"], architectures=["bag"], hyperparameters={"dropout": 0.1}, epochs=2, seeds=1,
                        weights=60, loss="quantile", quantiles=(0.1, 0.5, 0.9), optimizer="sgd")
"""
AHEAD = 2  # the last windows have no target in the file yet
NAMES = ("prediction", "low", "high", "lowest", "highest", "q0.1", "q0.9")
COLUMNS = [f"{name}_h{step}" for step in (1, 2) for name in NAMES]


@pytest.fixture(scope="module")
def made(raw, clean_registries, tmp_path_factory):
    """The folder of a tiny study, and the stored arrays of its final run."""
    from suite import run

    folder = tmp_path_factory.mktemp("quantiles")
    raw.write_series(folder / "boiler.csv", rows=120)
    (folder / "tiny.py").write_text(FILE)
    with pytest.MonkeyPatch.context() as here:
        here.chdir(folder)
        store = run(load_experiment("tiny.py"), folder / "results", workers=0).store
    (record,) = (record for record in store.records() if record.role == "final")
    assert record.status == "ok", record.error
    return folder, store.predictions(record.id)


def rows(capsys):
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_predict_prints_the_median_and_the_other_levels(made, capsys):
    folder, stored = made
    assert main(["predict", str(folder / "results/tiny/boiler/bag"), str(folder / "boiler.csv")]) == 0
    found = rows(capsys)
    assert [name for name in found[0] if name in COLUMNS] == COLUMNS
    values = np.array([[float(row[name]) for name in COLUMNS if name.startswith(("prediction", "q"))] for row in found])
    tested = stored["quantiles"][..., [1, 0, 2]].reshape(-1, 6)
    assert values[-len(tested) - AHEAD : -AHEAD] == pytest.approx(tested, rel=1e-4)
    for step, margin in zip((1, 2), stored["preparation/interval_margin"], strict=True):
        for end, quantile, sign in (("low", "q0.1", -1), ("high", "q0.9", 1)):
            ends = [float(row[f"{quantile}_h{step}"]) + sign * margin for row in found]
            assert [float(row[f"{end}_h{step}"]) for row in found] == pytest.approx(ends, rel=1e-6)


def test_the_exported_script_prints_all_levels_and_the_intervals_of_predict(made, capsys, tmp_path, monkeypatch):
    folder, stored = made
    assert main(["export", str(folder / "results/tiny/boiler/bag"), "--to", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    monkeypatch.syspath_prepend(tmp_path / "out")
    monkeypatch.setattr(sys, "argv", ["predict.py", str(folder / "boiler.csv")])
    runpy.run_path(str(tmp_path / "out" / "predict.py"))
    found = rows(capsys)
    names = [f"prediction_h{step}_q{level:g}" for step in (1, 2) for level in (0.1, 0.5, 0.9)]
    ends = [f"{end}_h{step}" for step in (1, 2) for end in ("low", "high")]
    assert [*found[0]][1:] == [*names, *ends]
    assert main(["predict", str(folder / "results/tiny/boiler/bag"), str(folder / "boiler.csv")]) == 0
    printed = rows(capsys)
    for name in ends:
        assert [float(row[name]) for row in found] == pytest.approx([float(row[name]) for row in printed], rel=1e-4)
    values = np.array([[float(row[name]) for name in names] for row in found])
    tested = stored["quantiles"].reshape(-1, 6)
    assert values[-len(tested) - AHEAD : -AHEAD] == pytest.approx(tested, rel=1e-4)
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "Training: loss quantile, optimizer sgd, schedule constant, gradients clipped at norm 1." in card
    assert "It predicts the quantiles at 0.1, 0.5, 0.9; 0.5 is the median." in card
