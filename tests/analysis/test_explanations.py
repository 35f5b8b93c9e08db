"""What models rely on: intervals against hand-computed ones, rules against invented studies, coverage by simulation."""

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from suite.analysis import explanations
from suite.analysis.explanations import (
    COLUMNS,
    FEATURE,
    INTACT,
    KEPT,
    OCCLUDED,
    ORDER,
    Explained,
    Key,
    enough,
    explained,
    frame,
    order,
    order_free,
)
from suite.files.strict_json import checksum
from suite.results.explanation import METHOD, Explanation
from suite.statistics import student_t

TASK, NAME = "speech-like", "gru"
WHOLE = Key(INTACT)


def explanation(effects, parts=4, split="same", **fields):
    """Return an explanation in which each change leaves every example with these contributions to the skill."""
    part = np.arange(len(next(iter(effects.values())))) % parts
    rows = [
        {**key._asdict(), "skill": float(np.mean(values)),
         "without": [float(np.mean(np.asarray(values)[part != one])) for one in range(parts)]}
        for key, values in effects.items()
    ]  # fmt: skip
    facts = {"method": METHOD, "spec": checksum({}), "examples": len(part), "of": len(part), "unit": "example",
             "steps": 4, "features": 2, "counted": "the end of the sequence"}  # fmt: skip
    return Explanation(**facts | {"split": split} | fields, effects=rows)


def known(*found):
    """Return explanations of runs as the analysis reads them."""
    keys = [Key(one["kind"], one["first"], one["last"]) for one in found[0].effects]
    skills = np.array([[one["skill"] for one in each.effects] for each in found])
    without = [np.array([one["without"] for one in each.effects]) for each in found]
    return Explained(TASK, NAME, found, keys, skills, without)


def steady(skills, spread=1e-6, runs=5, **fields):
    """Return runs of which each change leaves these skills, which hardly vary."""
    rng = np.random.default_rng(0)
    return known(
        *(
            explanation({key: skill + spread * rng.normal(size=20) for key, skill in skills.items()}, **fields)
            for _ in range(runs)
        )
    )


class TestIntervals:
    def test_that_of_other_runs_is_students_for_a_difference(self):
        whole, changed = [0.9, 0.8, 0.85, 0.95], [0.5, 0.6, 0.4, 0.45]
        found = known(
            *(explanation({WHOLE: [a] * 8, Key(ORDER): [b] * 8}) for a, b in zip(whole, changed, strict=True))
        )  # examples do not vary, runs do
        expected = student_t(np.subtract(whole, changed))
        assert found.lost[Key(ORDER)] == pytest.approx(expected)

    def test_that_of_other_examples_is_students_over_parts(self):
        values = np.array([0.0, 1, 1, 1, 0, 1, 0, 1])
        found = known(explanation({WHOLE: values, Key(ORDER): values * 0}))  # 4 parts of 2 examples, one run
        expected = student_t(values.reshape(2, 4).mean(axis=0))
        assert found.skill[:3] == pytest.approx(expected[:3])
        assert found.lost[Key(ORDER)][:3] == pytest.approx(expected[:3])

    def test_runs_that_share_their_examples_do_not_make_these_more(self):
        values = np.array([0.0, 1, 1, 1, 0, 1, 0, 1])
        one, several = (known(*[explanation({WHOLE: values})] * count) for count in (1, 3))
        assert several.skill[:3] == pytest.approx(one.skill[:3])

    def test_runs_with_examples_of_their_own_do(self):
        values = np.array([0.0, 1, 1, 1, 0, 1, 0, 1])
        found = known(*(explanation({WHOLE: values}, split=split) for split in "ab"))
        one = np.var([0.0, 1, 0.5, 1], ddof=1) / 4
        reach = 2.446912 * np.sqrt(2 * one / 4)  # t with 6 degrees of freedom; the mean of two such means
        assert found.skill.high - found.skill.centre == pytest.approx(reach, rel=1e-5)

    @pytest.mark.parametrize(("splits", "join"), [("aaa", np.hypot), ("abc", max)])
    def test_both_add_up_if_examples_are_shared_and_else_the_wider_one_counts(self, splits, join):
        values = np.array([0.0, 1, 1, 1, 0, 1, 0, 1])
        runs = [values + shift for shift in (-0.05, 0, 0.05)]
        found = known(*(explanation({WHOLE: one}, split=split) for one, split in zip(runs, splits, strict=True)))
        count = 1 if splits == "aaa" else 3
        examples = stats.t.ppf(0.975, 3 * count) * np.sqrt(np.var([0.0, 1, 0.5, 1], ddof=1) / 4 / count)
        of_runs = stats.t.ppf(0.975, 2) * 0.05 / np.sqrt(3)
        assert found.skill.high - found.skill.centre == pytest.approx(join(of_runs, examples))

    def test_a_share_is_the_ratio_of_means_with_a_jackknife_interval(self):
        found = known(*(explanation({WHOLE: [a] * 4, Key(KEPT, 1, 2): [b] * 4}) for a, b in ((0.8, 0.4), (1.0, 0.8))))
        share = found.share[Key(KEPT, 1, 2)]
        assert share.centre == pytest.approx(1.2 / 1.8)
        assert share.high - share.centre == pytest.approx(12.7062 * np.sqrt((0.8 - 0.5) ** 2 / 4), rel=1e-4)

    def test_without_parts_a_single_run_has_no_interval(self):
        bare = known(explanation({WHOLE: [0.5, 0.7]}))
        bare = Explained(TASK, NAME, bare.found, bare.keys, bare.skills, [np.empty((1, 0))])
        assert np.isnan(bare.skill.low)


class TestRules:
    def kept(self, *shares, **fields):
        return steady(
            {WHOLE: 0.9} | {Key(KEPT, 1, last): 0.9 * share for last, share in enumerate(shares, 1)}, **fields
        )

    def test_the_fewest_last_steps_that_keep_enough_are_named(self):
        last, share = enough(self.kept(0.2, 0.85, 0.95))
        assert last == 2
        assert share.centre == pytest.approx(0.85, abs=1e-4)

    def test_fewer_steps_count_only_while_more_are_enough(self):
        assert enough(self.kept(0.9, 0.5, 0.95))[0] == 3

    def test_none_is_named_where_the_interval_reaches_too_low(self):
        assert enough(self.kept(0.2, 0.5, 0.7)) is None
        assert enough(self.kept(0.2, 0.5, 0.85, spread=1.0)) is None

    @pytest.mark.parametrize(("lost", "spread", "said"), [(0.3, 1e-6, "yes"), (0.01, 1e-6, "no"), (-0.3, 1e-6, "no"),
                                                          (0.03, 0.1, "open"), (0.0, 0.5, "open")])  # fmt: skip
    def test_order_matters_does_not_or_is_open(self, lost, spread, said):
        found = steady({WHOLE: 0.9, Key(ORDER): 0.9 - lost}, spread)
        assert order(found, 0.02)[0] == said

    def test_without_shuffling_nothing_is_known_of_the_order(self):
        assert order(steady({WHOLE: 0.9}), 0.02) is None

    def test_a_feature_costs_most_if_it_is_shown_to_cost_more_than_every_other(self):
        skills = {WHOLE: 0.9, Key(FEATURE, 1, 1): 0.8, Key(FEATURE, 2, 2): 0.2, Key(FEATURE, 3, 3): 0.7}
        top, lost = steady(skills).costliest(FEATURE)
        assert top == Key(FEATURE, 2, 2)
        assert lost.centre == pytest.approx(0.7, abs=1e-4)
        assert steady(skills | {Key(FEATURE, 3, 3): 0.2}).costliest(FEATURE) is None  # equal up to chance
        assert steady(skills, spread=3.0).costliest(FEATURE) is None

    def test_a_single_feature_is_compared_with_nothing(self):
        assert steady({WHOLE: 0.9, Key(FEATURE, 1, 1): 0.1}).costliest(FEATURE) is None

    def test_features_are_called_by_their_names_or_numbers(self):
        plain, named = steady({WHOLE: 0.9}), steady({WHOLE: 0.9}, names=["price", ""], features=2)
        assert [plain.label(Key(FEATURE, *span)) for span in ((3, 3), (1, 2))] == ["feature 3", "features 1 to 2"]
        assert named.label(Key(FEATURE, 1, 2)) == "price, feature 2"


@pytest.fixture
def stored(tmp_path, records):
    """Returns a function that stores explanations of the final runs of one architecture, and the results."""

    def store(*found):
        results = records.finals(tmp_path / "quick", {(TASK, NAME): [0.8 + 0.01 * k for k in range(len(found))]})
        (tmp_path / "quick" / TASK / NAME).mkdir(parents=True)
        for index, one in enumerate(found):
            results.store.explain(f"{TASK}/{NAME}/final-{index:03d}", one)
        return results

    return store


EFFECTS = {WHOLE: [0.9] * 8, Key(OCCLUDED, 1, 2): [0.4] * 8, Key(ORDER): [0.8] * 8}


class TestOfResults:
    def test_the_runs_of_the_architecture_to_use_are_read(self, stored):
        found = explained(stored(explanation(EFFECTS), explanation(EFFECTS)), TASK)
        assert (found.task, found.architecture, found.runs) == (TASK, NAME, 2)
        assert [*found.lost] == [*EFFECTS]

    def test_nothing_is_known_without_explanations_or_runs(self, stored, trials, around):
        assert explained(stored(explanation(EFFECTS, spec="other")), TASK) is None
        assert explained(trials({(TASK, NAME): around(0.8)}), TASK) is None

    @pytest.mark.parametrize("fields", [{"spec": "other"}, {"method": METHOD + 1}])
    def test_that_of_another_record_or_method_does_not_count(self, stored, fields):
        found = explained(stored(explanation(EFFECTS), explanation(EFFECTS, **fields)), TASK)
        assert found.runs == 1

    def test_a_damaged_one_is_named_and_left_out(self, stored):
        results = stored(explanation(EFFECTS), explanation(EFFECTS))
        path = results.store.path(f"{TASK}/{NAME}/final-001", ".explanation.jsonl")
        path.write_text("{")
        assert explained(results, TASK).runs == 1
        assert [name for name in results.unreadable if name.endswith(path.name)]

    def test_changes_with_undefined_scores_are_left_out(self, stored):
        undefined = explanation(EFFECTS)
        undefined.effects[-1]["without"][0] = None
        assert [*explained(stored(explanation(EFFECTS), undefined), TASK).lost] == [WHOLE, Key(OCCLUDED, 1, 2)]

    def test_the_table_has_one_row_per_change(self, stored):
        table = frame(stored(explanation(EFFECTS), explanation(EFFECTS)))
        assert [*table] == list(COLUMNS)
        assert Counter(table["change"]) == {"occluded": 1, "order": 1}
        assert table["lost"].tolist() == pytest.approx([0.5, 0.1])

    def test_the_checksum_of_a_task_tells_that_it_was_explained(self, stored):
        results = stored(explanation(EFFECTS))
        before = results.checksum(TASK)
        results.checksums.clear()
        results.store.explain(f"{TASK}/{NAME}/final-000", explanation(EFFECTS | {Key(ORDER): [0.1] * 8}))
        assert results.checksum(TASK) != before


class TestOrderFree:
    def test_an_architecture_that_ignores_order_is_named_if_it_is_as_good(self, tmp_path, records, around):
        results = records.trials(
            tmp_path, {(TASK, NAME): around(0.8, 0.002), (TASK, "bag"): around(0.8, 0.002, seed=1)}
        )
        assert order_free(results, TASK, NAME) == ["bag"]

    def test_it_is_not_if_it_is_worse_or_unknown(self, tmp_path, records, around):
        results = records.trials(
            tmp_path, {(TASK, NAME): around(0.8), (TASK, "bag"): around(0.3), (TASK, "own"): around(0.8)}
        )
        assert order_free(results, TASK, NAME) == []


@pytest.mark.simulation
@pytest.mark.parametrize("luck_of_runs", [0.02, 0.05])
@pytest.mark.parametrize(("runs", "shared"), [(10, True), (5, True), (5, False), (3, True), (1, True)])
def test_intervals_cover_what_other_runs_and_other_examples_would_show(runs, shared, luck_of_runs):
    """The truth is the mean over all models and examples; with one run, that of this model over all examples."""
    rng, covered, studies = np.random.default_rng(0), Counter(), 600
    for _ in range(studies):
        examples = [rng.normal(size=200) for _ in range(runs)]
        luck = luck_of_runs * rng.normal(size=(runs, 2)) * (runs > 1)
        found = []
        for run in range(runs):
            easy = examples[0 if shared else run]
            whole = 0.8 + luck[run, 0] + 0.5 * easy
            left = 0.4 + luck[run, 1] + 0.1 * easy + 0.1 * rng.normal(size=200)
            found.append(explanation({WHOLE: whole, Key(KEPT, 1, 1): left}, 20, "same" if shared else f"of-{run}"))
        made = known(*found)
        lost, share = made.lost[Key(KEPT, 1, 1)], made.share[Key(KEPT, 1, 1)]
        covered["lost"] += lost.low <= 0.4 <= lost.high
        covered["share"] += share.low <= 0.5 <= share.high
    rates = {name: count / studies for name, count in covered.items()}
    assert min(rates.values()) >= 0.94, rates
    assert max(rates.values()) <= 0.995, rates


@pytest.mark.simulation
def test_few_studies_name_too_few_steps_or_the_wrong_feature():
    rng, wrong, studies = np.random.default_rng(1), Counter(), 600
    for _ in range(studies):
        shares = {1: 0.3, 2: 0.6, 3: 0.79, 4: 0.9}  # three steps are not enough
        found = []
        for _ in range(5):
            easy, luck = rng.normal(size=200), 0.03 * rng.normal(size=8)
            effects = {WHOLE: 0.8 + 0.4 * easy}
            effects |= {Key(KEPT, 1, k): 0.8 * one + luck[k] + 0.4 * easy for k, one in shares.items()}
            effects |= {Key(FEATURE, k, k): 0.5 + luck[k + 4] + 0.4 * easy for k in (1, 2, 3)}  # no feature leads
            found.append(explanation(effects, 20, "same"))
        made = known(*found)
        fewest = enough(made)
        wrong["steps"] += fewest is not None and fewest[0] < 4
        wrong["feature"] += made.costliest(FEATURE) is not None
    assert wrong["steps"] <= 0.05 * studies
    assert wrong["feature"] <= 0.05 * studies


def test_kinds_are_those_of_the_worker():
    from suite.training import perturbations

    for name in ("INTACT", "OCCLUDED", "PERMUTED", "KEPT", "ORDER", "FEATURE"):
        assert getattr(explanations, name) == getattr(perturbations, name)
