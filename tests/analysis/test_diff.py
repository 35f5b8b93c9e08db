"""suite diff: two result sets, before and after a change."""

import json
import shutil

import pytest

from suite.analysis.diff import decide, diff
from suite.cli import main
from suite.results.results import load
from suite.statistics import Estimate


@pytest.fixture
def sides(tmp_path, records):
    """A study of ten seeds and a copy of it to change."""
    before = records.write_study(tmp_path / "before", trials=1, seeds=10, tasks=("speech-like", "adding-50"))
    return before, shutil.copytree(before, tmp_path / "after")


def lower(records, folder, by, architecture="lstm", seeds=range(10), **changes):
    """Lower the accuracy of final runs on speech-like."""
    for index in seeds:
        kept = json.loads((folder / f"speech-like/{architecture}/final-{index:03d}.json").read_text())
        kept["metrics"]["test"]["accuracy"] -= by + 0.0001 * index
        records.write(folder, kept | changes)


def test_identical_sets_say_so_in_one_line(sides, capsys):
    assert main(["diff", *map(str, sides)]) == 0
    assert capsys.readouterr().out == "identical: 66 runs with the same specs and scores\n"


def test_a_cell_that_got_worse_is_named_and_exits_with_1(sides, records, capsys):
    lower(records, sides[1], 0.2)
    assert main(["diff", *map(str, sides)]) == 1
    told = capsys.readouterr().out
    assert "speech-like/lstm: worse, \N{MINUS SIGN}0.22" in told
    assert "1 of 6 cells got worse by more than 0.02 of skill" in told
    assert "speech-like/gru: practically equal" in told


def test_the_difference_is_paired_by_run_id_and_its_interval_holds_for_all_cells(sides, records):
    lower(records, sides[1], 0.2, seeds=(0, 1, 2))
    shutil.rmtree(sides[1] / "adding-50")
    (sides[1] / "speech-like/lstm/final-009.json").unlink()
    found = diff(load(sides[0]), load(sides[1]))
    (cell,) = [one for one in found.cells if (one.task, one.architecture) == ("speech-like", "lstm")]
    assert cell.failed == ["speech-like/lstm/final-009"]
    skills = [-(0.2 + 0.0001 * index) / (1 - 0.11) for index in range(3)] + [0.0] * 6
    assert cell.plain.centre == pytest.approx(sum(skills) / 9)
    assert cell.plain.n == 9
    assert cell.joint.high - cell.joint.low > cell.plain.high - cell.plain.low
    assert (found.changed, found.runs) == (3, 32)
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


def test_a_side_without_final_runs_is_worse(sides, capsys):
    for path in sides[1].glob("*/*/final-*.json"):
        path.unlink()
    assert main(["diff", *map(str, sides)]) == 1
    assert "6 of 6 cells got worse" in capsys.readouterr().out


@pytest.mark.parametrize(("by", "changes", "status"), [(0.2, {}, 1), (0.001, {}, 0), (0.2, {"spec": {"seed": 7}}, 0)])
def test_one_run_of_a_cell_decides_if_its_spec_is_the_same(tmp_path, records, by, changes, status):
    before = records.write_study(tmp_path / "before", trials=1, seeds=1, tasks=("speech-like",))
    after = shutil.copytree(before, tmp_path / "after")
    lower(records, after, by, seeds=(0,), **changes)
    assert main(["diff", str(before), str(after)]) == status


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


@pytest.mark.parametrize(
    ("estimate", "verdict"),
    [
        (Estimate(-0.3, float("nan"), float("nan"), 1), "too few"),
        (Estimate(-0.3, -0.4, -0.2, 2), "worse"),
        (Estimate(-0.018, -0.03, -0.005, 9), "undecided"),
        (Estimate(0.3, 0.2, 0.4, 2), "better"),
        (Estimate(0.0, 0.0, 0.0, 2), "equal"),
    ],
)
def test_a_guard_decides_from_two_pairs_on(estimate, verdict):
    assert decide(estimate, 0.02) == verdict


def test_a_missing_folder_is_a_wrong_request(sides, capsys):
    assert main(["diff", str(sides[0]), f"{sides[0]}x"]) == 2
    assert "no results folder" in capsys.readouterr().err
