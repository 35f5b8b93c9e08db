"""Replicates: which runs decide a task, and effects against numbers worked out by hand and every search there is."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from suite.analysis.comparisons import compare, difference
from suite.analysis.decisions import Standing
from suite.analysis.effects import chances, effect, solve_rates, standing
from suite.analysis.replicates import TRAINED, own_runs, replicates
from suite.analysis.rules import basis
from suite.results.results import load

SPEECH, ADDING = "speech-like", "adding-50"
LSTM, GRU = "lstm", "gru"
FIVE = [0.1, 0.2, 0.3, 0.4, 0.5]


def kind(results, task=SPEECH):
    """Return the role of the runs that decide, and whether they come from one search."""
    found = replicates(results, task)
    return found.role, found.one_search


@pytest.fixture
def searched(records, tmp_path):
    """Return a function: mean skill of the final runs of each search -> results of the first, with the others beside.

    All finals of a search have different skills. `changes` apply to the variants' settings.
    """

    def write(skills, **changes):
        for seed, mean in enumerate(skills, start=1):
            folder = tmp_path / f"quick_{seed}"
            varied = {"variant_of": "quick", "variant": f"search {seed}"} | changes if seed > 1 else {}
            settings = {"search": "bayesian", "search_seed": seed, "tasks": [SPEECH], "architectures": [LSTM, GRU]}
            records.write_experiment(folder, name="quick" if seed == 1 else f"quick_{seed}", **settings | varied)
            records.write_task(folder, SPEECH)
            for index, apart in enumerate((-0.1, 0.0, 0.1)):
                for name, behind in ((LSTM, 0.0), (GRU, 0.3)):
                    score = 0.11 + 0.89 * (mean + apart - behind)
                    records.write(folder, records.record(SPEECH, name, "final", index, score))
        return load(tmp_path / "quick_1")

    return write


class TestRunsThatDecide:
    def test_are_the_trials_of_a_random_search(self, trials, around):
        found = replicates(trials({(SPEECH, LSTM): around(0.9)}), SPEECH)
        assert (found.role, found.n, found.one_search) == ("trial", 4, False)
        assert found.test.shape == (24, 1)
        assert found.test[LSTM].tolist() == pytest.approx(around(0.9))

    def test_are_the_finals_of_a_search_whose_trials_depend_on_each_other(self, trials, records, tmp_path):
        for search in ("bayesian", "hyperband", "of another version"):
            assert kind(trials({(SPEECH, LSTM): FIVE}, search=search)) == ("final", True)

    def test_are_whole_searches_if_variants_repeat_one_with_other_seeds(self, searched):
        found = replicates(searched([0.9, 0.5, 0.7, 0.8, 0.6]), SPEECH)
        assert (found.role, found.n, found.one_search) == ("search", 1, False)
        assert found.test[LSTM].to_dict() == pytest.approx({1: 0.9, 2: 0.5, 3: 0.7, 4: 0.8, 5: 0.6})

    def test_are_no_searches_below_five_or_with_other_settings(self, searched):
        assert kind(searched([0.9, 0.5, 0.7, 0.8])) == ("final", True)
        assert kind(searched([0.9, 0.5, 0.7, 0.8, 0.6], epochs=13)) == ("final", True)
        assert kind(searched([0.9, 0.5, 0.7, 0.8, 0.6], search="random", best_of=1)) == ("final", True)

    def test_are_the_finals_of_an_old_folder_whose_trials_have_no_test_scores(self, records, tmp_path):
        records.write_study(tmp_path, tasks=(SPEECH,))
        for path in tmp_path.glob("*/*/trial-*.json"):
            record = records.record(SPEECH, path.parts[-2], "trial", int(path.stem[-3:]))
            records.write(tmp_path, record | {"metrics": {"validation": record["metrics"]["validation"]}})
        assert kind(load(tmp_path)) == ("final", True)
        assert replicates(load(tmp_path), SPEECH).test.shape == (5, 3)

    def test_are_the_finals_if_some_trials_are_of_an_older_version(self, trials):
        # its failed trials would count, its successful ones would not
        skills, older = [0.5, None, 0.7, 0.6, 0.8], {"metrics": {"validation": {"accuracy": 0.5}}}
        assert kind(trials({(SPEECH, LSTM): skills})) == ("trial", False)
        assert kind(trials({(SPEECH, LSTM): skills}, beside={(SPEECH, LSTM): [older, {}, {}, {}, {}]})) == (
            "final",
            True,
        )

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"units": 8}, ("final", False)),
            ({LSTM: {"units": 8}, GRU: {"units": 8}}, ("final", False)),
            ({LSTM: {"units": 8}}, ("final", True)),
            ({f"{ADDING}/{LSTM}": {"units": 8}}, ("trial", False)),
        ],
    )
    def test_are_the_finals_where_a_configuration_is_given(self, trials, given, expected):
        cells = {(SPEECH, LSTM): FIVE, (SPEECH, GRU): FIVE}
        assert kind(trials(cells, hyperparameters=given)) == expected

    def test_an_architecture_that_does_not_apply_needs_no_configuration(self, trials):
        cells = {(SPEECH, LSTM): FIVE, (ADDING, GRU): FIVE}
        results = trials(cells, hyperparameters={LSTM: {"units": 8}}, does_not_apply={f"{SPEECH}/{GRU}": "too long"})
        assert kind(results) == ("final", False)

    def test_without_runs_or_task_json_there_are_none(self, trials, tmp_path, records):
        records.write_experiment(tmp_path)
        assert replicates(load(tmp_path), SPEECH).architectures == []
        results = trials({(SPEECH, LSTM): [*FIVE, None]})
        results.tasks.clear()
        assert replicates(results, SPEECH).architectures == []

    def test_of_some_tasks_decide_alone_as_well(self, trials, around):
        results = trials({(SPEECH, LSTM): around(0.9), (ADDING, LSTM): around(0.5)})
        assert kind(results.only([SPEECH], "trial")) == ("trial", False)

    def test_of_two_architectures_are_paired_by_number(self, trials, around):
        found = replicates(trials({(SPEECH, LSTM): around(0.9), (SPEECH, GRU): around(0.8, count=12)}), SPEECH)
        assert list(found.numbers(LSTM, GRU)) == list(range(12))
        assert len(found.numbers(LSTM)) == 24
        assert found.numbers(LSTM, "transformer").empty

    def test_that_failed_count_unless_asked(self, trials):
        found = replicates(trials({(SPEECH, LSTM): [0.5, None, 0.7], (SPEECH, GRU): [0.5, 0.6, 0.7]}), SPEECH)
        assert list(found.numbers(LSTM, GRU)) == [0, 1, 2]
        assert list(found.numbers(LSTM, GRU, failed_count=False)) == [0, 2]

    def test_of_an_architecture_that_always_fails_are_outcomes(self, trials, around):
        assert replicates(trials({(SPEECH, LSTM): around(0.9), (SPEECH, GRU): [None] * 24}), SPEECH).architectures == [
            LSTM,
            GRU,
        ]

    def test_show_whether_learning_works_at_all(self, trials):
        losses = [{"loss": 0.99}, {"loss": 0.99}, {}, {"loss": 1.01}]
        cells = {(SPEECH, LSTM): [0.0, 0.01, None, 0.0], (SPEECH, GRU): [0.0, 0.5, 0.1, 0.0]}
        found = replicates(
            trials(cells, best_of=2, beside={(SPEECH, LSTM): losses, (SPEECH, GRU): [{"loss": 0.5}] * 4}), SPEECH
        )
        assert not found.searched(LSTM, found.test.index).reached  # a failed run is no sign of learning
        assert found.searched(GRU, found.test.index).reached

    def test_of_a_task_with_a_threshold_show_whether_it_can_be_solved(self, trials):
        found = replicates(trials({(ADDING, LSTM): [0.9] * 4, (ADDING, GRU): [0.9, 0.95, 0.9, 0.9]}, best_of=2), ADDING)
        assert [bool(found.searched(name, found.test.index).reached) for name in (LSTM, GRU)] == [False, True]


class TestChances:
    def test_the_trial_that_a_search_chooses(self, trials):
        # of the 6 pairs of 4 trials, the best on validation data is in 3, the next in 2, the next in 1
        order = [{"validation": skill} for skill in (0.3, 0.9, 0.1, 0.5)]
        found = replicates(trials({(SPEECH, LSTM): FIVE[:4]}, best_of=2, beside={(SPEECH, LSTM): order}), SPEECH)
        assert found.chances(LSTM).tolist() == pytest.approx([1 / 6, 3 / 6, 0, 2 / 6])

    def test_a_failed_trial_is_chosen_last(self, trials):
        found = replicates(trials({(SPEECH, LSTM): [None, 0.1, 0.2]}, best_of=2), SPEECH)
        assert found.chances(LSTM).tolist() == pytest.approx([0, 1 / 3, 2 / 3])

    def test_every_final_run_is_as_good_as_another(self, tmp_path, records):
        found = replicates(records.finals(tmp_path, {(SPEECH, LSTM): FIVE}), SPEECH)
        assert found.chances(LSTM).tolist() == pytest.approx([0.2] * 5)


def every_search(validation, test, n):
    """Return the mean over all subsets of n trials of the test skill of the one that validation chooses."""
    subsets = combinations(range(len(test)), n)
    return np.mean([test[max(subset, key=lambda trial: validation[trial])] for subset in subsets])


class TestEffect:
    def test_agrees_with_every_search_there_is(self, trials):
        rng = np.random.default_rng(3)
        validation, test = rng.normal(size=(2, 2, 2, 9))  # tasks, architectures, trials
        cells = [(task, name) for task in (SPEECH, ADDING) for name in (LSTM, GRU)]
        beside = {cell: [{"validation": one} for one in validation.reshape(4, 9)[k]] for k, cell in enumerate(cells)}
        results = trials(dict(zip(cells, test.reshape(4, 9), strict=True)), best_of=3, beside=beside)
        worth = [[every_search(validation[t, a], test[t, a], 3) for a in range(2)] for t in range(2)]
        expected = ((worth[0][0] - worth[0][1]) + (worth[1][0] - worth[1][1])) / 2
        found = effect(results, difference(results, [SPEECH, ADDING], LSTM, GRU), 0.95)
        assert (found.centre, found.n) == (pytest.approx(expected), 9)
        assert found.low < expected < found.high

    def test_a_failed_trial_is_never_chosen_and_has_the_lowest_skill(self, trials):
        skills = np.array([-0.5, np.nan, 0.4, np.nan, 0.2, 0.3])
        results = trials({(SPEECH, LSTM): [None if np.isnan(one) else one for one in skills]}, best_of=2)
        worst = np.nan_to_num(skills, nan=-0.5)
        order = np.nan_to_num(skills, nan=-np.inf)
        found = effect(results, [(1, SPEECH, LSTM)], 0.95)
        assert (found.centre, found.n) == (pytest.approx(every_search(order, worst, 2)), 6)
        trained = effect(results, [(1, SPEECH, LSTM)], 0.95, failed_count=False)
        assert trained.centre == pytest.approx(every_search(skills[[0, 2, 4, 5]], skills[[0, 2, 4, 5]], 2))
        assert (trained.n, np.isnan(trained.low)) == (4, True)

    def test_of_final_runs_is_the_difference_of_means(self, tmp_path, records):
        results = records.finals(
            tmp_path, {(SPEECH, LSTM): [0.4, 0.6, 0.5, 0.7, 0.3], (SPEECH, GRU): [0.2] * 4 + [0.3]}
        )
        found = effect(results, difference(results, [SPEECH], LSTM, GRU), 0.95)
        assert (found.centre, found.n) == (pytest.approx(0.5 - 0.22), 5)

    def test_lengths_of_a_sweep_are_one_task(self, trials, records, monkeypatch):
        monkeypatch.setitem(records.TASKS, "adding-200", records.TASKS[ADDING] | {"length": 200})
        monkeypatch.setitem(records.BASELINES, "adding-200", 0.1667)
        tasks = [SPEECH, ADDING, "adding-200"]
        results = trials({(task, LSTM): [mean] * 5 for task, mean in zip(tasks, (0.8, 0.2, 0.6), strict=True)})
        terms = difference(results, tasks, LSTM, "trivial baseline")
        assert [weight for weight, _, _ in terms] == [0.5, 0.25, 0.25]
        assert effect(results, terms, 0.95).centre == pytest.approx(0.8 / 2 + 0.2 / 4 + 0.6 / 4)

    def test_no_architecture_can_exceed_a_perfect_skill(self, trials, around):
        results = trials({(SPEECH, LSTM): np.minimum(around(0.6, sd=0.4), 0.999)}, best_of=8)
        assert effect(results, [(1, SPEECH, LSTM)], 0.999).high == 1

    def test_over_the_trained_baseline_compares_scores_on_the_same_data(self, trials):
        rivals = [{"rival": skill} for skill in (0.1, 0.3, 0.2, 0.4, 0.0)]
        results = trials({(SPEECH, LSTM): [0.6, 0.8, 0.7, 0.9, 0.5]}, best_of=1, beside={(SPEECH, LSTM): rivals})
        found = effect(results, [(1, SPEECH, LSTM), (-1, SPEECH, TRAINED)], 0.95)
        assert found.centre == pytest.approx(0.5)
        without = trials({(SPEECH, LSTM): FIVE})
        assert effect(without, [(1, SPEECH, LSTM), (-1, SPEECH, TRAINED)], 0.95).n == 0

    def test_below_five_runs_there_is_no_interval(self, trials, tmp_path, records):
        for results in (
            trials({(SPEECH, LSTM): FIVE[:4]}, best_of=1),
            records.finals(tmp_path, {(SPEECH, LSTM): FIVE[:4]}),
        ):
            found = effect(results, [(1, SPEECH, LSTM)], 0.95)
            assert (found.centre, found.n) == (pytest.approx(0.25), 4)
            assert np.isnan([found.low, found.high]).all()
            assert chances(results, [(1, SPEECH, LSTM)], 0.02) is None

    def test_identical_values_have_no_interval_of_width_0(self, trials):
        results = trials({(SPEECH, LSTM): [0.7] * 24, (SPEECH, GRU): [0.7] * 24})
        found = effect(results, difference(results, [SPEECH], LSTM, GRU), 0.95)
        assert found.centre == 0
        assert np.isinf([found.low, found.high]).all()

    def test_needs_more_trials_than_a_search_has(self, trials):
        assert effect(trials({(SPEECH, LSTM): FIVE}, best_of=5), [(1, SPEECH, LSTM)], 0.95).n == 0


class TestSolveRates:
    def test_agree_with_the_exact_interval_of_the_binomial(self, trials):
        # of 24 trials 6 and 24 solve the task; a search of 2 solves it unless both of its trials fail
        results = trials({(ADDING, LSTM): [0.99] * 6 + [0.2] * 17 + [None], (ADDING, GRU): [0.99] * 24}, best_of=2)
        found = solve_rates(results, ADDING, LSTM, GRU, 0.95)
        few, all_ = (stats.binomtest(count, 24).proportion_ci(0.95, method="exact") for count in (6, 24))

        def search(chance):
            return 1 - (1 - chance) ** 2

        assert (found.centre, found.n) == (pytest.approx(search(0.25) - 1), 24)
        down = np.hypot(search(0.25) - search(few.low), 0)
        up = np.hypot(search(few.high) - search(0.25), 1 - search(all_.low))
        assert (found.low, found.high) == (pytest.approx(found.centre - down), pytest.approx(found.centre + up))

    def test_exist_only_with_a_threshold(self, trials, around):
        cells = {(SPEECH, LSTM): around(0.9), (SPEECH, GRU): around(0.8)}
        assert solve_rates(trials(cells), SPEECH, LSTM, GRU, 0.95) is None


class TestStanding:
    @pytest.mark.parametrize(
        ("count", "best_of", "expected"),
        [(11, 1, "none"), (12, 2, "provisional"), (12, 5, "none"), (24, 4, "firm"), (24, 5, "provisional")],
    )
    def test_of_trials_needs_twelve_and_is_firm_from_twenty_four_on(self, trials, around, count, best_of, expected):
        results = trials({(SPEECH, LSTM): around(0.9, count=count)}, best_of=best_of)
        assert standing(results, [SPEECH], count) == expected

    @pytest.mark.parametrize("given", [{}, {"units": 8}])
    @pytest.mark.parametrize(("count", "expected"), [(4, "none"), (5, "provisional"), (48, "provisional")])
    def test_of_final_runs_is_provisional_at_most(self, tmp_path, records, given, count, expected):
        results = records.finals(tmp_path, {(SPEECH, LSTM): [0.5] * count}, hyperparameters=given)
        assert standing(results, [SPEECH], count) == expected

    def test_of_several_tasks_is_that_of_the_least_firm(self, trials, around):
        given = {f"{ADDING}/{LSTM}": {"units": 8}}
        results = trials({(SPEECH, LSTM): around(0.9), (ADDING, LSTM): around(0.9)}, hyperparameters=given)
        assert standing(results, [SPEECH], 24) == Standing.FIRM
        assert standing(results, [SPEECH, ADDING], 24) == Standing.PROVISIONAL
        assert standing(results, [SPEECH, ADDING], 5) == Standing.NONE  # too few for a search of four trials


def test_chances_add_up_and_lean_to_the_side_ahead(trials, around):
    results = trials({(SPEECH, LSTM): around(0.9), (SPEECH, GRU): around(0.8)})
    worse, equal, better = chances(results, difference(results, [SPEECH], LSTM, GRU), 0.02)
    assert worse + equal + better == pytest.approx(1)
    assert better > 0.99


class TestSearches:
    """Whole searches as replicates: verdicts on searches whose trials depend on each other."""

    @pytest.mark.slow
    def test_decide_about_the_procedure_provisionally(self, searched):
        skills = 0.6 + 0.02 * np.random.default_rng(0).normal(size=12)
        (pair,) = compare(searched(skills), SPEECH).pairs
        assert (pair.first, pair.joint.n, pair.provisional) == (LSTM, 12, False)  # a constant lead has no interval
        (one, _) = compare(searched(skills), SPEECH).trivial
        assert (one.verdict, one.standing, one.joint.n) == ("better", Standing.PROVISIONAL, 12)
        assert one.joint.centre == pytest.approx(skills.mean())

    def test_say_that_they_do(self, searched):
        assert "repeated with 5 search seeds" in basis(searched([0.9, 0.5, 0.7, 0.8, 0.6]), SPEECH)

    def test_are_firm_with_as_many_as_single_trials_need(self, searched):
        found = replicates(searched([0.9, 0.5, 0.7, 0.8, 0.6]), SPEECH)
        assert [found.standing(count) for count in (4, 5, 47, 48)] == ["none", "provisional", "provisional", "firm"]

    def test_leave_the_final_runs_to_the_tables_of_one_search(self, searched):
        assert own_runs(searched([0.9, 0.5, 0.7, 0.8, 0.6]), SPEECH).role == "final"
