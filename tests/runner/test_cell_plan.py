"""Which trial wins, and what is left to do, from records alone."""

import math
from dataclasses import replace

import pytest

from suite.experiment.experiment import Experiment
from suite.files.strict_json import finite
from suite.results.record import Record
from suite.results.store import Store
from suite.runner.cell_plan import left, plan_cell, total
from suite.runner.configurations import scored_run
from suite.runner.ready import ready_trials
from suite.runner.stale import StaleRecords
from suite.runner.stored_records import start
from suite.search.space_summary import SpaceSummary
from suite.tasks.fold import ONE_SPLIT
from suite.tasks.task import TASKS, task

DEFAULT = {"learning_rate": 3e-3}


@pytest.fixture
def plan(tmp_path):
    """Makes the plan of a cell with trials of these scores; a score of None, NaN or infinity is a failed trial."""

    def make(scores, task="adding-50", **fields):
        fields = {"trials": len(scores), "seeds": 2} | fields
        experiment = Experiment([task], ["lstm"], **fields)
        made = plan_cell(experiment, experiment.cells[0], StaleRecords(Store(tmp_path), redo=False, say=print))
        for index, score in enumerate(scores):
            run = experiment.run(made.cell, "trial", index, {"learning_rate": 1e-3 * (index + 1)})
            valid = score is not None and math.isfinite(score)
            metrics = {"validation": {made.cell.task.metric: score}} if score is not None else {}
            made.records[run.id] = Record(
                id=run.id, task=task, architecture="lstm", role="trial", index=index, spec=run.spec,
                metrics=finite(metrics), status="ok" if valid else "diverged",
            )  # fmt: skip
        return made

    return make


class TestBest:
    @pytest.mark.parametrize(("task", "best"), [("adding-50", 2), ("recall-10", 1)])
    def test_it_has_the_best_validation_score_in_the_direction_of_the_metric(self, plan, task, best):
        assert plan([0.5, 0.9, 0.1], task).best.index == best

    @pytest.mark.parametrize("bad", [None, math.nan, math.inf, -math.inf])
    @pytest.mark.parametrize("task", ["adding-50", "recall-10"])
    def test_a_failed_trial_is_never_the_best(self, plan, bad, task):
        assert plan([bad, 0.4, bad], task).best.index == 1
        assert plan([bad, bad], task).best is None

    def test_the_earliest_of_equals_wins(self, plan):
        assert plan([0.5, 0.1, 0.1]).best.index == 1

    def test_a_trial_of_more_epochs_comes_before_a_better_short_one(self, plan):
        assert plan([0.5, 0.1, 0.2, 0.3, 0.4], search="hyperband", epochs=9).best.index == 4


class TestWinner:
    def test_it_is_the_best_trials_configuration(self, plan):
        assert plan([0.5, 0.1]).winner(0) == {"learning_rate": 2e-3}

    @pytest.fixture(autouse=True)
    def _folded(self):
        @task("folded", family="mine", kind="classification", metric="accuracy", baseline="majority")
        def folded(seed, fold=ONE_SPLIT):
            """It has several test splits."""

        yield
        TASKS.forget(__file__)

    def test_with_folds_it_is_that_of_the_best_trial_with_the_runs_own_test_split(self, plan):
        made = plan([0.5, 0.1, 0.4, 0.2, 0.3, None], "folded", folds=3, seeds=4)
        best = [made.winner(index)["learning_rate"] for index in range(4)]
        assert best == pytest.approx([1e-3, 5e-3, 3e-3, 1e-3])

    def test_a_test_split_without_a_valid_trial_takes_the_best_of_all(self, plan):
        made = plan([0.5, None, 0.4], "folded", folds=3)
        assert made.winner(1) == made.winner(0) == {"learning_rate": 1e-3}

    def test_a_later_better_trial_wins_for_its_own_test_split_only(self, plan):
        made = plan([0.5, 0.6, None, None], "folded", folds=2)
        before = made.winner(0), made.winner(1)
        late = made.records[made.ids["trial", 2]]
        made.add(replace(late, status="ok", metrics={"validation": {"accuracy": 0.9}}))
        assert made.winner(0) == {"learning_rate": 3e-3} != before[0]
        assert made.winner(1) is before[1]

    def test_a_given_configuration_needs_no_trial(self, plan):
        made = plan([], hyperparameters={"depth": 2}, trials=4)
        start(made, None, None)
        assert made.winner(0) == {}  # without data: the final runs fail and say why
        made.space = SpaceSummary(DEFAULT, given={"depth": 2} | DEFAULT)
        assert made.winner(0) == {"depth": 2} | DEFAULT
        assert made.searched

    def test_control_runs_have_the_default_configuration(self, plan):
        made = plan([0.5, 0.1], tuning_control=True)
        made.space = SpaceSummary(DEFAULT)
        control, final = (scored_run(made, role, 1, None) for role in ("control", "final"))
        assert control.hyperparameters == DEFAULT
        assert final.hyperparameters == {"learning_rate": 2e-3}
        assert control.seed == final.seed


class TestCounts:
    def test_every_expected_run_counts(self, plan):
        assert total(plan([0.5, 0.1])) == 5
        assert total(plan([0.5, 0.1], search="bayesian")) == 4
        assert total(plan([0.5, 0.1], tuning_control=True)) == 6
        assert left(plan([0.5, 0.1], tuning_control=True)) == 4

    def test_without_a_valid_trial_there_is_nothing_after_the_search(self, plan):
        assert total(plan([None, None], tuning_control=True)) == 2
        assert left(plan([None, None])) == 0


DRAWN = [{"learning_rate": 1e-3 * (index + 1)} for index in range(5)]


class TestHalving:
    def ready(self, made):
        start(made, None, SpaceSummary(DRAWN[0], DRAWN))
        return {index: made.configurations[index] for index in ready_trials(made)}

    def test_a_promotion_waits_for_its_rivals(self, plan):
        assert list(self.ready(plan([0.5], search="hyperband", epochs=9, trials=5))) == [1, 2, 3]

    def test_the_best_rival_is_promoted(self, plan):
        made = plan([0.5, 0.3, 0.1, 0.2], search="hyperband", epochs=9, trials=5)
        assert self.ready(made) == {4: DRAWN[2]}

    def test_a_failed_rival_is_not_promoted(self, plan):
        made = plan([0.5, None, None, 0.2], search="hyperband", epochs=9, trials=5)
        assert self.ready(made) == {4: DRAWN[3]}

    def test_without_a_rival_to_promote_a_new_configuration_takes_the_place(self, plan):
        made = plan([0.5, None, None, None], search="hyperband", epochs=9, trials=5)
        assert self.ready(made) == {4: DRAWN[4]}
