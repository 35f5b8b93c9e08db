"""suite best: a recommendation that the comparisons support, with the configuration and the reason."""

import json

import pytest

from suite.analysis.best import best, by_validation
from suite.cli import main
from suite.deploy.saved_models import locate, recommended
from suite.results.results import load


@pytest.fixture
def study(records, tmp_path):
    """Write final runs with these scores by architecture, and return their results."""

    def write(scores, task="speech-like", seeds=5, **changes):
        records.write_experiment(tmp_path, tasks=[task], architectures=list(scores), seeds=seeds)
        records.write_task(tmp_path, task)
        for name, centre in scores.items():
            for index in range(seeds):
                seconds = {"fit": changes.get(name, 3.0)}
                score = centre + 0.001 * index
                records.write(tmp_path, records.record(task, name, "final", index, score, seconds=seconds))
        return load(tmp_path)

    return write


class TestVerdict:
    def test_the_architecture_that_beats_all_others_and_both_baselines_is_chosen(self, study):
        found = best(study({"simple-rnn": 0.7, "lstm": 0.8, "gru": 0.9}), "speech-like")
        assert (found.standing, found.architecture, found.between) == ("chosen", "gru", [])
        assert found.hyperparameters["units"] == 40
        assert "gru: better than the trivial baseline (majority) by 0.89" in found.reason
        assert "better than the trained baseline (order-free)" in found.reason
        assert "better than simple-rnn by" in found.reason
        assert found.provisional

    def test_the_cheapest_of_the_practically_equal_is_chosen(self, study):
        found = best(study({"lstm": 0.905, "gru": 0.9}, lstm=9.0, gru=4.0), "speech-like")
        assert found.architecture == "gru"
        assert "practically equal to gru" in found.reason or "practically equal to lstm" in found.reason
        assert found.reason.endswith("was chosen, by seconds of training: gru 4 and lstm 9.")

    def test_prediction_uses_the_chosen_architecture_by_default(self, study, tmp_path):
        study({"simple-rnn": 0.7, "lstm": 0.8, "gru": 0.9})
        assert recommended(locate(str(tmp_path / "speech-like"))) == ("gru", "")

    def test_nothing_is_chosen_that_does_not_beat_every_baseline(self, study):
        found = best(study({"lstm": 0.44, "gru": 0.43}), "speech-like")
        assert (found.standing, found.architecture, found.hyperparameters) == ("behind", None, None)
        assert found.verdict == "nothing is shown to beat every baseline"
        assert "lstm: better than the trivial baseline (majority)" in found.reason

    def test_an_undecided_task_names_the_candidates(self, study, records, tmp_path):
        study({"lstm": 0.9, "gru": 0.9, "simple-rnn": 0.7})
        for index, score in enumerate((0.99, 0.82, 0.97, 0.84, 0.9)):
            records.write(tmp_path, records.record("speech-like", "gru", "final", index, score))
        found = best(load(tmp_path), "speech-like")
        assert (found.standing, found.architecture) == ("undecided", None)
        assert sorted(found.between) == ["gru", "lstm"]
        assert found.verdict in ("undecided between gru and lstm", "undecided between lstm and gru")
        assert "undecided against" in found.reason

    def test_an_undecided_pair_is_read_with_its_sign_from_the_chosen_architecture(self, study, records, tmp_path):
        study({"lstm": 0.6, "gru": 0.9})
        for index, score in enumerate((0.99, 0.98, 0.97, 0.99, 0.2)):  # ahead of lstm on average, shown to beat nothing
            records.write(tmp_path, records.record("speech-like", "gru", "final", index, score))
        found = best(load(tmp_path), "speech-like")
        assert found.architecture == "lstm"
        assert "undecided against gru: \N{MINUS SIGN}0.3" in found.reason

    def test_too_few_runs_give_no_verdict(self, study):
        found = best(study({"lstm": 0.9, "gru": 0.8}, seeds=4), "speech-like")
        assert (found.standing, found.verdict, found.provisional) == ("open", "no verdict yet", False)
        assert "too few pairs for a verdict" in found.reason

    def test_without_runs_there_is_no_verdict(self, records, tmp_path):
        records.write_experiment(tmp_path, tasks=["speech-like"])
        records.write_task(tmp_path, "speech-like")
        found = best(load(tmp_path), "speech-like")
        assert found.standing == "open"
        assert by_validation(load(tmp_path), "speech-like") is None

    def test_ten_pairs_are_not_provisional(self, study):
        assert not best(study({"lstm": 0.9, "gru": 0.7}, seeds=10), "speech-like").provisional

    @pytest.mark.parametrize(("task", "winner"), [("speech-like", "gru"), ("adding-50", "lstm")])
    def test_the_best_by_validation_knows_the_direction_of_the_metric(self, records, tmp_path, task, winner):
        records.write_task(tmp_path, task)
        metric = records.TASKS[task]["metric"]
        for name, score in (("lstm", 0.1), ("gru", 0.2)):
            scores = {"validation": {metric: score}, "test": {metric: 1 - score}}
            records.write(tmp_path, records.record(task, name, "final", 0, metrics=scores))
        assert by_validation(load(tmp_path), task) == winner


class TestCommand:
    def test_it_prints_one_paragraph_per_task(self, records, tmp_path, capsys):
        records.write_study(tmp_path / "quick")
        assert main(["best", str(tmp_path / "quick")]) == 0
        out = capsys.readouterr().out
        assert "adding-50: lstm (provisional: fewer than ten pairs of runs)\n  gate_bias=" in out
        assert "sp500-return: nothing is shown to beat every baseline" in out

    def test_json_has_every_field(self, records, tmp_path, capsys):
        records.write_study(tmp_path / "quick")
        assert main(["best", str(tmp_path / "quick"), "--task", "adding-50", "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)
        fields = "task standing architecture hyperparameters weights between provisional reason"
        assert list(found) == fields.split()
        assert (found["task"], found["standing"], found["architecture"]) == ("adding-50", "chosen", "lstm")

    def test_unreadable_files_are_reported(self, records, tmp_path, capsys):
        records.write_study(tmp_path / "quick", tasks=("adding-50",))
        (tmp_path / "quick" / "adding-50" / "lstm" / "final-000.json").write_text("{")
        assert main(["best", str(tmp_path / "quick"), "--json"]) == 0
        out, err = capsys.readouterr()
        assert json.loads(out)[0]["architecture"] == "gru"
        assert "lstm/final-000.json' cannot be read" in err

    def test_an_unknown_task_suggests_the_closest_name(self, records, tmp_path, capsys):
        records.write_study(tmp_path / "quick")
        assert main(["best", str(tmp_path / "quick"), "--task", "adding-5"]) == 2
        assert "quick' has no task 'adding-5': did you mean 'adding-50'?" in capsys.readouterr().err
