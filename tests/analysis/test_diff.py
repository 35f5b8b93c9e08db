"""suite diff: two result sets, before and after a change."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from suite.analysis.diff import diff
from suite.cli import main
from suite.results.results import load

CELL = ("speech-like", "lstm")
TASKS = ("speech-like", "sentiment-like", "sp500-return", "adding-50")
ARCHITECTURES = ("simple-rnn", "lstm", "gru")


@pytest.fixture
def sides(tmp_path, records):
    """A study of ten seeds and a copy of it to change."""
    before = records.write_study(tmp_path / "before", trials=0, seeds=10, tasks=("speech-like", "adding-50"))
    return before, shutil.copytree(before, tmp_path / "after")


def lower(records, folder, by, architecture="lstm", seeds=range(10), **changes):
    """Lower the accuracy of final runs on speech-like."""
    for index in seeds:
        kept = json.loads((folder / f"speech-like/{architecture}/final-{index:03d}.json").read_text())
        kept["metrics"]["test"]["accuracy"] -= by + 0.0001 * index
        records.write(folder, kept | changes)


def of_cell(found, cell=CELL):
    """Return the difference of one cell."""
    (one,) = [one for one in found.cells if (one.task, one.architecture) == cell]
    return one


def test_identical_sets_say_so_in_one_line(sides, capsys):
    assert main(["diff", *map(str, sides)]) == 0
    assert capsys.readouterr().out == "identical: 60 runs with the same specs and scores\n"


def test_a_cell_that_got_worse_is_named_and_exits_with_1(sides, records, capsys):
    lower(records, sides[1], 0.2)
    assert main(["diff", *map(str, sides)]) == 1
    told = capsys.readouterr().out
    assert "speech-like/lstm: worse, \N{MINUS SIGN}0.22" in told
    assert "1 of 6 cells got worse by more than 0.02 of skill" in told
    assert "speech-like/gru: unchanged in 10 runs" in told


def test_the_difference_is_paired_by_run_id_and_its_interval_holds_for_all_cells(sides, records):
    lower(records, sides[1], 0.2, seeds=(0, 1, 2))
    shutil.rmtree(sides[1] / "adding-50")
    (sides[1] / "speech-like/lstm/final-009.json").unlink()
    found = diff(load(sides[0]), load(sides[1]))
    cell = of_cell(found)
    assert cell.failed == ["speech-like/lstm/final-009"]
    skills = [-(0.2 + 0.0001 * index) / (1 - 0.11) for index in range(3)] + [0.0] * 6
    assert cell.plain.centre == pytest.approx(sum(skills) / 9)
    assert cell.plain.n == 9
    assert cell.joint.high - cell.joint.low > cell.plain.high - cell.plain.low
    assert (found.changed, found.runs) == (3, 29)
    assert "speech-like/lstm/final-009" in found.only_before
    assert found.only_after == []


def test_a_change_within_the_margin_or_for_the_better_passes(sides, records):
    lower(records, sides[1], 0.001)
    lower(records, sides[1], -0.05, architecture="gru")
    found = {(one.task, one.architecture): one.verdict for one in diff(load(sides[0]), load(sides[1])).cells}
    assert found["speech-like", "lstm"] == "equal"
    assert found["speech-like", "gru"] == "better"
    assert main(["diff", *map(str, sides)]) == 0


def test_runs_that_fail_now_make_a_cell_worse(sides, records, capsys):
    records.write(sides[1], records.failed("adding-50", "gru", "final", 3, "error", "ValueError: shapes"))
    assert main(["diff", *map(str, sides)]) == 1
    assert "failed or missing now: adding-50/gru/final-003" in capsys.readouterr().out


@pytest.mark.parametrize(("spec", "status"), [({"seed": 1003}, 1), ({"seed": 7}, 0)])
def test_a_run_that_diverges_now_counts_only_if_it_is_the_same_run(sides, records, spec, status):
    run = records.failed("adding-50", "gru", "final", 3, "diverged", "the loss was nan")
    records.write(sides[1], run | {"spec": spec})
    assert main(["diff", *map(str, sides)]) == status


def test_a_side_without_final_runs_is_worse(sides, capsys):
    for path in sides[1].glob("*/*/final-*.json"):
        path.unlink()
    assert main(["diff", *map(str, sides)]) == 1
    assert "6 of 6 cells got worse" in capsys.readouterr().out


def test_final_runs_of_two_searches_with_other_configurations_decide_nothing(sides, records):
    lower(records, sides[1], 0.2, hyperparameters={"learning_rate": 0.5})
    assert of_cell(diff(load(sides[0]), load(sides[1]))).verdict == "undecided"
    assert main(["diff", *map(str, sides)]) == 0


def test_a_hyperparameter_that_only_one_side_records_is_no_other_configuration(sides, records):
    kept = json.loads((sides[0] / "speech-like/lstm/final-000.json").read_text())["hyperparameters"]
    for side in sides:
        lower(records, side, 0.0, hyperparameters=kept)
    lower(records, sides[1], 0.2, hyperparameters=kept | {"momentum": 0.9})
    assert of_cell(diff(load(sides[0]), load(sides[1]))).verdict == "worse"


def test_below_five_runs_there_is_no_verdict_and_no_interval(tmp_path, records, capsys):
    before = records.write_study(tmp_path / "before", trials=0, seeds=4, tasks=("speech-like",))
    after = shutil.copytree(before, tmp_path / "after")
    lower(records, after, 0.2, seeds=range(4))
    assert main(["diff", str(before), str(after)]) == 0
    assert "speech-like/lstm: too few runs, \N{MINUS SIGN}0.225 of skill (no interval, n=4)" in capsys.readouterr().out


class TestTrials:
    """Studies with independent trials are compared by the best of n."""

    def test_a_search_that_got_worse_is_named(self, trials, around):
        found = diff(trials({CELL: around(0.9)}), trials({CELL: around(0.8, seed=1)}))
        cell = of_cell(found)
        assert (cell.verdict, cell.joint.n) == ("worse", 24)
        assert found.worse == [cell]

    def test_equality_needs_alike_chances_of_solving_the_task(self, trials, around):
        cell = ("adding-50", "lstm")
        sides = [trials({cell: around(mean, 0.002, seed=seed)}, best_of=2) for seed, mean in enumerate((0.944, 0.937))]
        assert of_cell(diff(*sides), cell).verdict == "equal if solved"

    def test_failed_trials_count(self, trials, around):
        half = [skill if trial % 2 else None for trial, skill in enumerate(around(0.9))]
        found = diff(trials({CELL: around(0.9)}, best_of=1), trials({CELL: half}, best_of=1))
        assert of_cell(found).verdict == "worse"

    @pytest.mark.parametrize(("count", "best_of"), [(11, 1), (12, 5)])
    def test_few_trials_or_a_long_search_decide_nothing(self, trials, around, count, best_of):
        skills = [{CELL: around(mean, count=count)} for mean in (0.9, 0.2)]
        found = diff(*(trials(each, best_of=best_of) for each in skills))
        assert (of_cell(found).verdict, found.worse) == ("too few", [])

    def test_identical_trials_are_unchanged_and_all_else_equal_but_for_chance_is_not(self, trials, around):
        same = diff(trials({CELL: [0.7] * 24}), trials({CELL: [0.7] * 24}))
        assert (of_cell(same).unchanged, of_cell(same).verdict, same.identical) == (True, "equal", True)
        other = trials({CELL: [0.7] * 24})
        other.records[0] = replace(other.records[0], weights=7, baseline={"test": {"accuracy": 0.11}})
        assert of_cell(diff(trials({CELL: [0.7] * 24}), other)).verdict == "undecided"

    def test_searches_of_other_sizes_are_compared_by_their_final_runs(self, trials, around, tmp_path, records):
        sides = [trials({CELL: around(0.9)}, best_of=best_of) for best_of in (4, 2)]
        for side in sides:
            side.records += records.finals(tmp_path, {CELL: around(0.9, count=6)}).records
        assert of_cell(diff(*sides)).joint.n == 6


class TestUnchanged:
    """Twelve cells, made twice without a change: a cell is called worse in one pair of studies of twenty at most.

    docs/calibration.md has the rates for thousands of pairs.
    """

    def exits(self, make, pairs):
        """Return in how many pairs of studies a cell is worse or better."""
        rng = np.random.default_rng(8)
        found = [diff(make(rng), make(rng)) for _ in range(pairs)]
        return sum(any(cell.worse or cell.verdict == "better" for cell in one.cells) for one in found)

    def cells(self, rng, count):
        """Trials that solve their task in 60 % of all cases, with noise."""
        return {
            (task, name): list(np.where(rng.random(count) < 0.6, 0.9, 0.1) + 0.02 * rng.normal(size=count))
            for task in TASKS
            for name in ARCHITECTURES
        }

    @pytest.mark.simulation
    def test_two_seeds_never_decide(self, tmp_path, records):
        assert self.exits(lambda rng: records.finals(tmp_path, self.cells(rng, 2)), pairs=10) == 0

    @pytest.mark.simulation
    def test_twenty_four_trials_rarely_decide(self, trials):
        assert self.exits(lambda rng: trials(self.cells(rng, 24)), pairs=20) <= 1

    @pytest.mark.simulation
    def test_nor_do_five_final_runs(self, tmp_path, records):
        given = {"units": 8}
        assert (
            self.exits(lambda rng: records.finals(tmp_path, self.cells(rng, 5), hyperparameters=given), pairs=30) <= 2
        )


def test_specs_that_differ_are_named_by_field(sides, records, capsys):
    lower(records, sides[1], 0.0, seeds=(0, 1), spec={"seed": 7, "data": {"checksum": "b"}})
    assert main(["diff", *map(str, sides)]) == 0
    told = capsys.readouterr().out
    assert "specs differ in seed: 1000 -> 7 (2 runs)" in told
    assert "specs differ in data: None -> {'checksum': 'b'} (2 runs)" in told


def test_its_json_is_one_document(sides, records, capsys):
    lower(records, sides[1], 0.2)
    assert main(["diff", *map(str, sides), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["identical"] is False
    assert [one["architecture"] for one in found["cells"] if one["worse"]] == ["lstm"]
    assert set(found["cells"][0]["joint"]) == {"centre", "low", "high", "n"}
    assert {"only_before", "only_after", "specs", "changed", "margin"} <= set(found)


def test_a_missing_folder_is_a_wrong_request(sides, capsys):
    assert main(["diff", str(sides[0]), f"{sides[0]}x"]) == 2
    assert "no results folder" in capsys.readouterr().err
