"""suite best: a recommendation that the comparisons support, with the configuration and the reason."""

import json

import numpy as np
import pytest

from suite.analysis.best import best, by_validation, runs_to_use
from suite.analysis.comparisons import compare
from suite.cli import main
from suite.deploy.saved_models import locate, recommended
from suite.results.results import load


@pytest.fixture
def study(records, tmp_path):
    """Write trials with these scores by architecture and final runs of their best, and return their results."""

    def write(scores, task="speech-like", count=24, best_of=4, spread=0.001, **changes):
        records.write_experiment(tmp_path, tasks=[task], architectures=list(scores), trials=count, best_of=best_of)
        records.write_task(tmp_path, task)
        for name, centre in scores.items():
            shifts = np.random.default_rng(len(name)).permutation(np.linspace(-5, 5, count))
            for index, shift in enumerate(shifts * spread):
                took = {"fit": 3.0, "cpu": changes.get(name, 3.0) * (1 + 0.02 * ((index + len(name)) % 5))}
                records.write(tmp_path, records.record(task, name, "trial", index, centre + shift, seconds=took))
            records.write(tmp_path, records.record(task, name, "final", 0, centre))
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
        assert found.reason.endswith("They hold for other draws of configurations, data and initial weights.")
        assert not found.provisional

    def test_without_final_runs_it_has_no_configuration(self, study, tmp_path):
        study({"lstm": 0.8, "gru": 0.9})
        (tmp_path / "speech-like" / "gru" / "final-000.json").unlink()
        found = best(load(tmp_path), "speech-like")
        assert (found.architecture, found.hyperparameters) == ("gru", None)

    def test_of_the_configurations_of_several_folds_it_names_that_of_the_best_trial(self, study, records, tmp_path):
        results = study({"lstm": 0.8, "gru": 0.9})
        trials = results.successes("speech-like", "gru", "trial")
        best_trial = max(trials.values(), key=lambda one: one.score("accuracy"))
        for index, values in ((best_trial.index, {"units": 7}), (0, {"units": 5})):
            records.write(tmp_path, trials[index].to_json() | {"spec": {"hyperparameters": values}})
        for index, units in enumerate((5, 7)):
            made = records.record("speech-like", "gru", "final", index, 0.9)
            records.write(
                tmp_path, made | {"hyperparameters": {"units": units}, "spec": {"hyperparameters": {"units": units}}}
            )
        assert best(load(tmp_path), "speech-like").hyperparameters == {"units": 7}

    def test_the_cheapest_of_the_practically_equal_is_chosen(self, study):
        found = best(study({"lstm": 0.905, "gru": 0.9}, lstm=9.0, gru=4.0), "speech-like")
        assert found.architecture == "gru"
        assert "practically equal to gru" in found.reason or "practically equal to lstm" in found.reason
        assert "gru is the cheapest, in seconds of CPU time per run: gru 4.1" in found.reason

    def test_of_equally_dear_ones_the_most_accurate_is_chosen(self, study):
        found = best(study({"lstm": 0.905, "gru": 0.9}), "speech-like")
        assert found.architecture == "lstm"
        assert "none is shown to be the cheapest" in found.reason

    def test_prediction_uses_the_chosen_architecture_by_default(self, study, tmp_path):
        study({"simple-rnn": 0.7, "lstm": 0.8, "gru": 0.9})
        assert recommended(locate(str(tmp_path / "speech-like"))) == ("gru", "")
        assert runs_to_use(load(tmp_path)) == {"speech-like/gru/final-000"}

    def test_nothing_is_chosen_that_does_not_beat_every_baseline(self, study):
        found = best(study({"lstm": 0.44, "gru": 0.43}), "speech-like")
        assert (found.standing, found.architecture, found.hyperparameters) == ("behind", None, None)
        assert found.verdict == "nothing is shown to beat every baseline"
        assert "lstm: better than the trivial baseline (majority)" in found.reason

    def test_a_baseline_that_is_better_than_all_is_named_with_one_sign(self, study):
        found = best(study({"lstm": 0.34, "gru": 0.3}), "speech-like")
        assert (found.standing, found.baseline) == ("baseline", "trained baseline (order-free)")
        assert found.verdict == "use the trained baseline (order-free), which is better than every architecture"
        assert "lstm: better than the trivial baseline" in found.reason
        assert "worse than the trained baseline (order-free) by 0.10" in found.reason

    def test_an_undecided_task_names_the_candidates_and_what_would_decide(self, study):
        found = best(study({"lstm": 0.75, "gru": 0.73, "simple-rnn": 0.46}, spread=0.02), "speech-like")
        assert (found.standing, found.architecture) == ("undecided", None)
        assert found.between == ["lstm", "gru"]
        assert found.verdict == "undecided between lstm and gru"
        assert "undecided against gru" in found.reason
        assert (
            "would settle it, if the mean skills stayed the same." in found.reason
            or "trials would be needed" in found.reason
        )

    def test_a_pair_is_read_with_its_sign_from_the_chosen_architecture(self, trials):
        """The steady one is chosen, though the other is ahead on average: it can hardly be better, but worse."""
        lstm, gru = (np.random.default_rng(seed).permutation(np.linspace(-1, 1, 24)) for seed in (1, 2))
        skills = {"lstm": 0.9 + 0.0003 * lstm, "gru": np.r_[0.86, 0.86, 0.905 + 0.001 * gru[2:]]}
        results = trials({("speech-like", name): list(each) for name, each in skills.items()}, best_of=1)
        found, ahead = best(results, "speech-like"), compare(results, "speech-like").pairs[0]
        assert (found.architecture, ahead.first) == ("lstm", "gru")
        assert f"equal to gru: \N{MINUS SIGN}{ahead.joint.centre:.3f} of skill" in found.reason

    def test_too_few_trials_give_no_verdict(self, study):
        found = best(study({"lstm": 0.9, "gru": 0.8}, count=11, best_of=2), "speech-like")
        assert (found.standing, found.verdict, found.provisional) == ("open", "no verdict yet", False)
        assert found.reason.startswith("No verdict yet: 11 of the 12 trials needed; “suite run ")
        assert "too few runs for a verdict" in found.reason

    def test_without_one_whole_search_there_is_no_number(self, study):
        found = best(study({"lstm": 0.9, "gru": 0.8}, count=2, best_of=4), "speech-like")
        assert found.reason.startswith("No verdict yet: 2 of the 12 trials needed; “suite run ")
        assert "—" not in found.reason

    def test_without_runs_there_is_no_verdict(self, records, tmp_path):
        records.write_experiment(tmp_path, tasks=["speech-like"])
        records.write_task(tmp_path, "speech-like")
        found = best(load(tmp_path), "speech-like")
        assert found.standing == "open"
        assert by_validation(load(tmp_path), "speech-like") is None

    @pytest.mark.parametrize(("count", "best_of"), [(23, 3), (24, 5)])
    def test_fewer_trials_or_a_longer_search_are_provisional(self, study, count, best_of):
        found = best(study({"lstm": 0.9, "gru": 0.7}, count=count, best_of=best_of), "speech-like")
        assert (found.architecture, found.provisional) == ("lstm", True)

    def test_an_old_folder_is_provisional_and_says_that_one_search_decides(self, records, tmp_path):
        records.write_study(tmp_path, trials=0, tasks=("adding-50",))
        found = best(load(tmp_path), "adding-50")
        assert found.provisional
        assert "the configurations that one search found" in found.reason

    @pytest.mark.parametrize(("task", "winner"), [("speech-like", "gru"), ("adding-50", "lstm")])
    def test_the_best_by_validation_knows_the_direction_of_the_metric(self, records, tmp_path, task, winner):
        records.write_task(tmp_path, task)
        metric = records.TASKS[task]["metric"]
        for name, score in (("lstm", 0.1), ("gru", 0.2)):
            scores = {"validation": {metric: score}, "test": {metric: 1 - score}}
            records.write(tmp_path, records.record(task, name, "final", 0, metrics=scores))
        assert by_validation(load(tmp_path), task) == winner
        assert runs_to_use(load(tmp_path)) == {f"{task}/{winner}/final-000"}


class TestCommand:
    @pytest.fixture
    def folder(self, study, tmp_path):
        study({"simple-rnn": 0.15, "lstm": 0.002, "gru": 0.05}, task="adding-50", spread=0.0001)
        return tmp_path

    def test_it_prints_one_paragraph_per_task(self, folder, capsys):
        assert main(["best", str(folder)]) == 0
        out = capsys.readouterr().out
        assert out.startswith("Adding (50 steps): lstm\n  adding-50/lstm\n  gate_bias=")
        assert "\n  lstm: better than" in out

    def test_a_provisional_recommendation_says_so(self, records, tmp_path, capsys):
        records.write_study(tmp_path / "quick", trials=0, tasks=("adding-50",))
        assert main(["best", str(tmp_path / "quick")]) == 0
        assert "Adding (50 steps): undecided between lstm and gru (provisional)\n" in capsys.readouterr().out

    def test_json_has_every_field(self, folder, capsys):
        assert main(["best", str(folder), "--task", "adding-50", "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)
        fields = "task standing architecture hyperparameters weights between provisional reason baseline verdict"
        assert list(found) == fields.split()
        assert (found["task"], found["standing"], found["architecture"]) == ("adding-50", "chosen", "lstm")

    def test_unreadable_files_are_reported(self, folder, capsys):
        (folder / "adding-50" / "lstm" / "trial-000.json").write_text("{")
        assert main(["best", str(folder), "--json"]) == 0
        out, err = capsys.readouterr()
        assert json.loads(out)[0]["architecture"] == "lstm"
        assert "lstm/trial-000.json' cannot be read" in err

    def test_an_unknown_task_suggests_the_closest_name(self, folder, capsys):
        assert main(["best", str(folder), "--task", "adding-5"]) == 2
        assert "has no task 'adding-5': did you mean 'adding-50'?" in capsys.readouterr().err
