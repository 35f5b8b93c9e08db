"""Every built-in task passes every rule, and every deliberate fault is caught by the rule it breaks."""

from dataclasses import replace
from functools import partial
from itertools import count, pairwise

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression

from suite.cli import main
from suite.commands.check import named
from suite.errors import FoldError
from suite.tasks.checks import RULES, check
from suite.tasks.checks.finding import Finding, rule_name
from suite.tasks.checks.folds import folds_of
from suite.tasks.data import SPLITS, Data
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.task import TASKS, task

SIZES = {"train": 120, "validation": 60, "test": 60}
SOUND = [name for name in TASKS.names() if TASKS.get(name).family != "leaks"]

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def declared_here_only():
    """What a test declares is forgotten after it."""
    yield
    TASKS.forget(__file__)


def drawn(seed: int) -> Data:
    """Noise of six steps and two features; does the first feature rise on the whole? Padding, groups and all."""
    rng = np.random.default_rng(seed)
    x = {split: rng.normal(size=(size, 6, 2)).astype(np.float32) for split, size in SIZES.items()}
    return Data(
        **{split: (values, (values[..., 0].sum(axis=1) > 0).astype(np.int64)) for split, values in x.items()},
        groups={split: np.arange(size) % 4 + 10 * place for place, (split, size) in enumerate(SIZES.items())},
    )


def words(seed: int) -> Data:
    """Five words of nine, with a vocabulary."""
    rng = np.random.default_rng(seed)
    x = {split: rng.integers(2, 9, (size, 9), dtype=np.int32) for split, size in SIZES.items()}
    return Data(
        **{split: (tokens, (tokens[:, 0] > 5).astype(np.int64)) for split, tokens in x.items()},
        preparation={"vocabulary": np.array(["", "<unknown>", "Good", "good", "bad", "dull", "film", "the", "end"])},
    )


def forecast(values: np.ndarray, fitted: slice, starts: tuple[int, ...] = (0, 300, 400, 500)) -> Data:
    """Windows of ten, the next value as target, scaled by what was `fitted` on, split where the windows start."""
    mean, scale = values[fitted].mean(), values[fitted].std()
    first = [np.arange(start, stop - 10) for start, stop in pairwise(starts)]
    pairs = [((values[own[:, None] + np.arange(10)] - mean) / scale, values[own + 10]) for own in first]
    return Data(
        *((x.astype(np.float32)[..., None], y.astype(np.float32)) for x, y in pairs),
        times=dict(zip(SPLITS, first, strict=True)),
        preparation={"mean": mean, "scale": scale},
    )


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(1, 2, 500)


def walk(seed: int) -> np.ndarray:
    return 100 + np.cumsum(noise(seed))


def honest_series(seed: int) -> Data:
    return forecast(noise(seed), slice(0, 300))


def broken_by(function, **declared) -> set[str]:
    """The rules that a task made by `function` breaks."""
    return {finding.rule for finding in faults(function, **declared)}


def faults(function, **declared) -> list[Finding]:
    """What is found in a task made by `function`."""
    fields = {"family": "mine", "kind": "classification", "metric": "accuracy", "baseline": "majority"}
    if function.__name__.endswith("series"):
        fields |= {"kind": "regression", "metric": "mse", "baseline": "mean", "trained_baseline": "lags"}
    task("suspect", **fields | declared)(function)
    return check(TASKS.get("suspect"))


@pytest.mark.parametrize("name", SOUND)
def test_every_built_in_task_passes(name):
    assert list(map(str, check(at_hand(name), examples=300))) == []


def at_hand(name):
    """The task, where no file has to be downloaded for it."""
    entry = TASKS.get(name)
    if entry.availability == "download":
        pytest.skip(f"the files of '{name}' are not in SUITE_DATA")
    return entry


@pytest.mark.parametrize("function", [drawn, words, honest_series])
def test_what_the_faults_are_put_into_is_sound(function):
    assert broken_by(function) == set()


class TestSplits:
    @pytest.mark.parametrize("change", [lambda x: x, lambda x: x + np.float32(1e-5)], ids=["equal", "rounded"])
    def test_copies_across_splits(self, change):
        def copied(seed: int) -> Data:
            data = drawn(seed)
            x, y = data.test
            x[7], y[7] = change(data.train[0][3]), data.train[1][3]
            return data

        task("suspect", family="mine", kind="classification", metric="accuracy", baseline="majority")(copied)
        (finding,) = check(TASKS.get("suspect"))
        assert (finding.rule, finding.split, finding.rows) == ("contents-apart", "test", (7,))
        assert "the same content is in the train split: 1 of 60 examples (test rows 7)" in str(finding)

    def test_copies_that_differ_in_case(self):
        def copied(seed: int) -> Data:
            data = words(seed)
            row = np.where(data.train[0][0] == 2, 3, data.train[0][0])
            data.train[0][0, 1], row[1] = 2, 3
            data.validation[0][5], data.validation[1][5] = row, data.train[1][0]
            return data

        assert broken_by(copied) == {"contents-apart"}

    def test_texts_of_unknown_words_are_not_taken_for_copies(self):
        def unknown(seed: int) -> Data:
            data = words(seed)
            for x in (data.train[0], data.test[0]):
                x[0] = [2, 1, 1, 1, 1, 1, 0, 0, 0]
            return replace(data, train=(data.train[0], data.train[1]))

        assert "contents-apart" not in broken_by(unknown)

    def test_groups_on_both_sides(self):
        def shared(seed: int) -> Data:
            data = drawn(seed)
            return replace(data, groups=data.groups | {"test": np.arange(60) % 4 + 3})

        assert broken_by(shared) == {"groups-apart"}

    def test_times_that_fall(self):
        def unsorted_series(seed: int) -> Data:
            data = honest_series(seed)
            data.times["validation"][[4, 5]] = data.times["validation"][[5, 4]]
            return data

        assert broken_by(unsorted_series) == {"times-in-order"}

    def test_splits_in_the_wrong_order(self):
        def backwards_series(seed: int) -> Data:
            data = honest_series(seed)
            times = data.times
            return replace(data, times=times | {"validation": times["test"], "test": times["validation"]})

        assert broken_by(backwards_series) == {"times-in-order"}

    def test_windows_that_straddle_a_cut(self):
        def straddling_series(seed: int) -> Data:
            data = forecast(noise(seed), slice(0, 300), starts=(0, 300, 400, 500))
            late = forecast(noise(seed), slice(0, 300), starts=(0, 300, 385, 500))
            return replace(data, test=late.test, times=data.times | {"test": late.times["test"] + 20})

        assert broken_by(straddling_series) == {"contents-apart", "windows-apart"}


class TestDraws:
    def test_other_bytes_for_the_same_seed(self):
        calls = count()

        def restless(seed: int) -> Data:
            return drawn(seed + next(calls))

        assert "same-seed-same-bytes" in broken_by(restless)

    def test_a_seed_without_effect(self):
        def deaf(seed: int) -> Data:
            return drawn(1)

        assert broken_by(deaf) == {"other-seed-other-draw"}
        TASKS.forget(__file__)
        assert broken_by(deaf, source="a factory") == set()

    def test_other_test_examples_with_the_same_labels(self):
        def swapped(seed: int) -> Data:
            data = drawn(1)
            if seed > 1:
                x, y = data.test
                rows = np.flatnonzero(y == 0)
                x[rows] = x[rows[::-1]]
            return data

        assert broken_by(swapped, source="a factory") == {"other-seed-other-draw"}

    def test_a_test_split_of_real_data_that_is_drawn(self):
        assert broken_by(drawn, source="a factory") == {"other-seed-other-draw"}


def dealt(seed: int, fold: Fold = ONE_SPLIT) -> Data:
    """Real data: noise of sixty people, ten each to test in every fold; the seed draws who validates."""
    person = np.arange(240) % 60
    tested = person % max(fold.folds, 6) == fold.index
    others = np.random.default_rng(seed).permutation(np.unique(person[~tested]))
    validating = np.isin(person, others[:10])
    rows = {"train": ~tested & ~validating, "validation": validating, "test": tested}
    x = np.random.default_rng(0).normal(3, 2, (240, 6, 2))
    fitted = {"mean": x[rows["train"]].mean(axis=(0, 1)), "scale": x[rows["train"]].std(axis=(0, 1))}
    y, x = (x[..., 0].sum(axis=1) > 18).astype(np.int64), ((x - fitted["mean"]) / fitted["scale"]).astype(np.float32)
    return Data.of_rows({split: np.flatnonzero(own) for split, own in rows.items()}, x, y, fitted, groups=person)


class TestFolds:
    SOURCE = "a factory"

    def test_sound_ones(self):
        assert broken_by(dealt, source=self.SOURCE) == set()

    def test_the_same_test_split_in_every_fold(self):
        def deaf(seed: int, fold: Fold = ONE_SPLIT) -> Data:
            return dealt(seed)

        assert broken_by(deaf, source=self.SOURCE) == {"folds-apart"}

    def test_a_copy_that_another_fold_tests_in_another_scale(self):
        def copied(seed: int, fold: Fold = ONE_SPLIT) -> Data:
            data, first = dealt(seed, fold), dealt(seed, Fold(0, 3))
            if fold.index == 2:
                raw = first.test[0][3] * first.preparation["scale"] + first.preparation["mean"]
                data.test[0][8] = (raw - data.preparation["mean"]) / data.preparation["scale"]
            return data

        apart, copy_in_training = map(str, faults(copied, source=self.SOURCE))
        assert apart == "folds-apart: folds 1 and 3 test the same content: 1 of 40 examples (fold 3 test rows 8)"
        assert copy_in_training.startswith("folds-sound: fold 3 of 3, contents-apart")

    def test_a_text_that_two_folds_test(self):
        def copied(seed: int, fold: Fold = ONE_SPLIT) -> Data:
            data = words(9 + fold.index)
            x = {split: np.random.default_rng([seed, 7]).permutation(data.pair(split)[0]) for split in SPLITS}
            data = replace(data, **{split: (own, (own[:, 0] > 5).astype(np.int64)) for split, own in x.items()})
            data.test[0][:] = words(9 + fold.index).test[0]
            data.test[0][5] = 8, 7, 6, 5, 4, 3, 2, 2, 2
            data.test[1][:] = data.test[0][:, 0] > 5
            return data

        assert broken_by(copied, source=self.SOURCE) == {"folds-apart"}

    def test_a_fold_whose_group_is_on_two_sides(self):
        def split_up(seed: int, fold: Fold = ONE_SPLIT) -> Data:
            data = dealt(seed, fold)
            if fold.index == 1:
                data.groups["train"][5] = data.groups["test"][0]
            return data

        assert self.only_fault(split_up).startswith(
            "folds-sound: fold 2 of 3, groups-apart: the same group is in the train split"
        )

    def test_a_fold_that_trains_on_the_future(self):
        def late_series(seed: int, fold: Fold = ONE_SPLIT) -> Data:
            starts = [0, 300, 400, 500] if fold.folds == 1 else [0, *(300 + 50 * (fold.index + n) for n in range(3))]
            data = forecast(noise(1), slice(0, starts[1]), starts)
            return replace(data, times=data.times | {"train": data.times["train"] + 50 * fold.index})

        assert broken_by(late_series, source=self.SOURCE) == {"folds-sound"}

    def test_folds_that_the_seed_deals(self):
        def drawn_folds(seed: int, fold: Fold = ONE_SPLIT) -> Data:
            return dealt(seed, Fold((fold.index + seed) % 3, 3) if fold.folds > 1 else fold)

        assert broken_by(drawn_folds, source=self.SOURCE) == {"folds-fixed"}

    def test_too_few_data_for_three_folds_or_for_any_is_no_fault(self):
        def small(seed: int, fold: Fold = ONE_SPLIT, most: int = 1) -> Data:
            if fold.folds > most:
                raise FoldError(f"at most {most} folds")
            return dealt(seed, fold)

        assert broken_by(small, source=self.SOURCE) == set()
        assert len(folds_of(replace(TASKS.get("suspect"), function=partial(small, most=2)), 1)) == 2

    def test_a_fold_that_does_not_fit_the_declaration_is_named(self):
        def crooked(seed: int, fold: Fold = ONE_SPLIT) -> Data:
            data = dealt(seed, fold)
            data.test[0][0, 0, 0] = np.nan if fold.index else 0
            return data

        assert (
            self.only_fault(crooked)
            == "contract: fold 2 of 3: task 'suspect', test split: x is not finite at example 0"
        )

    def only_fault(self, function) -> str:
        (finding,) = faults(function, source=self.SOURCE)
        return str(finding)


class TestContract:
    def test_data_that_do_not_fit_their_declaration(self):
        def crooked(seed: int) -> Data:
            data = drawn(seed)
            data.test[0][2] = np.nan
            return data

        assert broken_by(crooked) == {"contract"}

    def test_a_function_that_raises(self):
        def raising(seed: int) -> Data:
            raise OSError("no sensor")

        task("suspect", family="mine", kind="classification", metric="accuracy", baseline="majority")(raising)
        assert list(map(str, check(TASKS.get("suspect")))) == ["contract: OSError: no sensor"]

    def test_a_class_that_is_not_tested(self):
        def lacking(seed: int) -> Data:
            data = drawn(seed)
            data.train[1][:9] = 2
            return data

        assert "classes-everywhere" in broken_by(lacking)

    def test_tokens_that_training_does_not_know(self):
        def beyond(seed: int) -> Data:
            data = words(seed)
            data.test[0][4, 4] = 11
            return data

        assert broken_by(beyond) == {"tokens-within-vocabulary"}

    def test_padding_that_tells(self):
        def telling(seed: int) -> Data:
            lengths = {split: np.full(size, 5) for split, size in SIZES.items()}
            return replace(drawn(seed), lengths=lengths)

        assert broken_by(telling) == {"padding-is-zero"}

    def test_an_extra_set_with_a_label_of_its_own(self):
        def further(seed: int) -> Data:
            data = drawn(seed)
            return replace(data, extra={"later": (data.test[0] + 1, np.full(60, 2))})

        assert broken_by(further) == {"extra-sets-fit"}


class TestBaseline:
    def test_an_estimator_without_a_seed(self):
        found = broken_by(honest_series, trained_baseline=RandomForestRegressor(5))
        assert found == {"baselines-reproducible"}

    def test_a_baseline_that_is_always_right(self):
        def settled_series(seed: int) -> Data:
            data = honest_series(seed)
            return replace(data, **{split: (getattr(data, split)[0], getattr(data, split)[1] * 0) for split in SPLITS})

        assert broken_by(settled_series) == {"direction-leaves-room"}

    def test_a_ceiling_below_the_baseline(self):
        assert broken_by(honest_series, ceiling=9.0) == {"direction-leaves-room"}

    def test_a_baseline_may_exceed_the_ceiling_by_chance(self):
        assert broken_by(honest_series, ceiling=4.5) == set()

    def test_a_baseline_that_cannot_read_such_data(self):
        assert "baselines-reproducible" in broken_by(drawn, trained_baseline="bag-of-words")

    def test_an_estimator_that_knows_the_targets(self):
        class Knowing(LogisticRegression):
            def predict_proba(self, x):
                rises = x[:, ::2].sum(axis=1) > 0
                return np.column_stack([~rises, rises]).astype(float)

        assert broken_by(drawn, trained_baseline=Knowing()) == {"shuffled-labels-teach-nothing"}


class TestLeaks:
    def test_the_target_among_the_inputs(self):
        def told(seed: int) -> Data:
            data = drawn(seed)
            for split in SPLITS:
                x, y = getattr(data, split)
                x[:, 2, 1] = 3 - 2 * y
            return data

        assert broken_by(told) == {"target-not-among-inputs"}

    def test_a_level_as_target(self):
        def level_series(seed: int) -> Data:
            return forecast(walk(seed), slice(0, 300))

        assert broken_by(level_series) == {"target-is-no-level"}
        TASKS.forget(__file__)
        assert broken_by(level_series, baseline="last-value") == set()

    def test_a_scale_fitted_on_all_rows(self):
        def peeking(seed: int) -> Data:
            data = drawn(seed)
            whole = np.concatenate([getattr(data, split)[0] for split in SPLITS])
            mean, scale = whole.mean(axis=(0, 1)), whole.std(axis=(0, 1))
            scaled = {split: ((x - mean) / scale, y) for split in SPLITS for x, y in [getattr(data, split)]}
            return replace(data, **scaled)

        assert broken_by(peeking) == {"scale-from-training"}

    @pytest.mark.parametrize("values", [noise, walk], ids=["still", "drifting"])
    def test_a_series_scaled_before_it_was_cut(self, values):
        def peeking_series(seed: int) -> Data:
            return forecast(values(seed), slice(None))

        assert "scale-from-training" in broken_by(peeking_series)

    def test_bounds_fitted_on_all_rows(self):
        def peeking(seed: int) -> Data:
            data = drawn(seed)
            data.test[0][3] *= 3
            whole = np.concatenate([getattr(data, split)[0] for split in SPLITS])
            low, high = whole.min(axis=(0, 1)), whole.max(axis=(0, 1))
            return replace(
                data, **{split: ((x - low) / (high - low), y) for split in SPLITS for x, y in [getattr(data, split)]}
            )

        assert broken_by(peeking) == {"scale-from-training"}

    def test_the_recipe_of_many_a_tutorial(self):
        def tutorial_series(seed: int) -> Data:
            values = walk(1)
            scaled = (values - values.mean()) / values.std()
            starts = np.random.default_rng(seed).permutation(len(values) - 10)
            parts = dict(zip(SPLITS, np.split(starts, (300, 400)), strict=True))
            pairs = {split: (scaled[own[:, None] + np.arange(10)], scaled[own + 10]) for split, own in parts.items()}
            return Data(
                **{split: (x.astype(np.float32)[..., None], y.astype(np.float32)) for split, (x, y) in pairs.items()},
                times=parts,
            )

        faults = {"times-in-order", "windows-apart", "target-is-no-level", "scale-from-training"}
        assert faults <= broken_by(tutorial_series)


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        ("leaky-prices", {"times-in-order", "windows-apart", "target-is-no-level", "scale-from-training"}),
        ("leaky-digits", {"groups-apart"}),
    ],
)
def test_the_demonstrations_are_flagged(name, faults):
    assert faults <= {finding.rule for finding in check(at_hand(name))}


class TestCommand:
    STUDY = """from suite import Experiment, task_from_arrays
import numpy as np
x = np.random.default_rng(1).normal(size=(90, 4))
task_from_arrays("mine", x, x.mean(axis=1))
task_from_arrays("told", x, x[:, 2])
experiment = Experiment(tasks=["mine", "recall-10"], architectures=["lstm"])
"""

    def test_a_task_that_passes(self, capsys):
        assert main(["check", "recall-10"]) == 0
        assert capsys.readouterr().out.endswith(f"\nrecall-10: passes all {len(RULES)} rules\n")

    def test_what_a_task_changes_for_all_is_put_back_before_the_next(self):
        @task("disturbing", family="own", kind="classification", metric="accuracy", baseline="majority")
        def disturbing(seed: int) -> Data:
            """Noise, and stricter arithmetic."""
            np.seterr(under="raise")
            return drawn(seed)

        with np.errstate(under="ignore"):
            main(["check", "disturbing"])
            assert np.geterr()["under"] == "ignore"

    def test_a_file_checks_what_it_names_and_what_it_declares(self, tmp_path, capsys):
        (tmp_path / "study.py").write_text(self.STUDY)
        assert main(["check", str(tmp_path / "study.py")]) == 1
        printed = capsys.readouterr().out.splitlines()
        passed, other, failed = (line for line in printed if ": passes" in line or "target-not" in line)
        assert passed.startswith("mine: passes")
        assert other.startswith("recall-10: passes")
        assert failed.startswith("told: target-not-among-inputs: feature 0 at step 2 is the target")
        assert failed.endswith("(train rows 0, 1, 2, ...)")
        TASKS.forget(str(tmp_path / "study.py"))

    @pytest.mark.parametrize(
        ("target", "said"),
        [
            ("recal-10", "unknown task 'recal-10': did you mean 'recall-10'?"),
            ("lsmt", "unknown architecture 'lsmt': did you mean 'lstm'?"),
            ("nowhere.py", "no experiment file 'nowhere.py'"),
        ],
    )
    def test_what_cannot_be_checked_is_reported_in_one_line(self, target, said, capsys):
        assert main(["check", target]) == 2
        assert capsys.readouterr().err.startswith(f"suite: {said}")

    def test_what_is_named_is_found(self):
        assert [entry.name for entry in named("adding-75")] == ["adding-75"]
        assert [entry.name for entry in named("gru")] == ["gru"]

    def test_every_rule_says_what_it_holds(self):
        assert len({rule_name(rule) for rule in RULES}) == len(RULES)
        assert all(rule.__doc__ for rule in RULES)
