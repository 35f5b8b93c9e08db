"""Splits of your own data: folds for nothing, and a published test split that is then the only one."""

from pathlib import Path

import cloudpickle
import numpy as np
import pytest

from suite.errors import FoldError, RequestError
from suite.tasks.data import SPLITS, Data
from suite.tasks.fold import Fold
from suite.tasks.own import series_from_csv, sounds_from_folder, task_from_arrays, texts_from_csv
from suite.tasks.task import TASKS, Task

X = np.random.default_rng(1).normal(size=(90, 6, 2))
LABELS = np.arange(90) % 3
VALUES = X.mean(axis=(1, 2))


@pytest.fixture(autouse=True)
def declared_here_only():
    """What a test declares is forgotten after it."""
    yield
    TASKS.forget(__file__)


@pytest.fixture(params=["series", "texts", "texts of authors", "sounds", "arrays", "arrays of people", "moments"])
def own(request, raw, tmp_path, monkeypatch) -> Task:
    """A task on each kind of own data."""
    monkeypatch.chdir(tmp_path)
    raw.write_series(tmp_path / "boiler.csv", rows=300)
    raw.write_texts(tmp_path / "tickets.csv")
    raw.write_sounds(tmp_path / "calls", files=12)
    declare = {
        "series": lambda: series_from_csv("own", "boiler.csv", target="load", window=8),
        "texts": lambda: texts_from_csv("own", "tickets.csv", text="message", label="team"),
        "texts of authors": lambda: texts_from_csv(
            "own", "tickets.csv", text="message", label="team", group="customer"
        ),
        "sounds": lambda: sounds_from_folder("own", "calls", group=bird, seconds=0.2),
        "arrays": lambda: task_from_arrays("own", X, VALUES),
        "arrays of people": lambda: task_from_arrays("own", X, LABELS, groups=np.arange(90) // 5),
        "moments": lambda: task_from_arrays("own", X, VALUES, times=np.arange(90), gap=2),
    }
    return declare[request.param]()


def bird(file: Path) -> str:
    return file.stem.split("_")[0]


def refusal(call, kind: type[RequestError] = RequestError) -> str:
    with pytest.raises(kind) as caught:
        call()
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) <= 300
    return said


def in_folds(task: Task, count: int, seed: int = 1) -> list[Data]:
    return [task.load(seed, fold=Fold(index, count)) for index in range(count)]


class TestFolds:
    def test_folds_test_other_examples_whatever_the_seed(self, own):
        folds, again = in_folds(own, 3), in_folds(own, 3, seed=2)
        for one, other in zip(folds, again, strict=True):
            np.testing.assert_array_equal(one.test[1], other.test[1])
        if folds[0].times is not None:
            assert folds[0].times["test"][-1] < folds[1].times["test"][0]
        else:
            everything = own.load(1)
            assert sum(len(data.test[1]) for data in folds) == sum(len(everything.pair(split)[1]) for split in SPLITS)

    def test_groups_stay_on_one_side(self, own):
        for data in in_folds(own, 3):
            whole = [set(data.groups[split]) for split in SPLITS] if data.groups else []
            assert len(set().union(*whole)) == sum(map(len, whole))

    @pytest.mark.slow
    def test_they_reach_a_worker(self, own):
        sent, fold = cloudpickle.loads(cloudpickle.dumps(own)), Fold(1, 3)
        assert sent.takes_fold
        assert sent.load(1, fold=fold).checksum() == own.load(1, fold=fold).checksum() != own.load(1).checksum()

    def test_too_many_are_refused_in_one_line_that_names_the_task(self, own):
        said = refusal(lambda: own.load(1, fold=Fold(0, 150)), FoldError)
        assert said.startswith("task 'own'")
        assert "150 folds" in said
        assert "use fewer folds" in said


@pytest.fixture
def table(tmp_path):
    """Writes a CSV file and returns its path."""

    def write(header: str, rows: list[str]) -> Path:
        path = tmp_path / "own.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def texts(table):
    """Declares texts, two classes by turns, in splits of the given names."""

    def declare(names: list[str], **options) -> Task:
        rows = [f"word{number} film,{'np'[number % 2]},{name}" for number, name in enumerate(names)]
        path = table("text,label,part", rows)
        return texts_from_csv("own", path, text="text", label="label", **{"split": "part"} | options)

    return declare


@pytest.fixture
def series(table):
    """Declares a rising series whose rows are in splits of the given names."""

    def declare(names: list[str]) -> Task:
        path = table("load,part", [f"{number},{name}" for number, name in enumerate(names)])
        return series_from_csv("own", path, target="load", window=3, split="part")

    return declare


class TestGivenTexts:
    def test_it_is_the_only_test_split(self, texts):
        task = texts(["train"] * 12 + ["validation"] * 4 + ["test"] * 8)
        assert task.official
        assert task.folds(5) == 1
        sizes = [len(task.load(seed).pair(split)[1]) for seed in (1, 2) for split in SPLITS]
        assert sizes == [12, 4, 8] * 2
        assert task.load(1).checksum() == task.load(2).checksum()

    def test_a_quarter_of_training_validates_where_no_row_does(self, texts):
        task = texts(["train"] * 16 + ["test"] * 8)
        one, other = task.load(1), task.load(2)
        assert [np.bincount(one.pair(split)[1]).tolist() for split in SPLITS] == [[6, 6], [2, 2], [4, 4]]
        assert one.checksum() != other.checksum()
        np.testing.assert_array_equal(one.test[1], other.test[1])

    def test_it_reaches_a_worker(self, texts):
        task = texts(["train"] * 16 + ["test"] * 8)
        assert cloudpickle.loads(cloudpickle.dumps(task)).load(1).checksum() == task.load(1).checksum()

    @pytest.mark.parametrize(
        ("names", "said"),
        [
            (["train"] * 6 + ["tset"] * 6, "row 8, column 'part': the split must be one of train, validation, test"),
            (["train"] * 12, "column 'part': no example's split is 'test'"),
            (["test"] * 12, "column 'part': no example's split is 'train'"),
            (["train", "test"] * 6, "class 'p' is in the test split, but not in the training split"),
            (["train"] * 3 + ["test"] * 6, "training has too few examples of every class to draw a validation split"),
        ],
    )
    def test_a_faulty_column(self, texts, names, said):
        task = texts(names)
        assert said in refusal(lambda: task.load(1))

    def test_a_column_that_is_not_there(self, texts):
        assert "has no column 'parts': did you mean 'part'?" in refusal(lambda: texts(["train"], split="parts"))

    def test_a_split_of_the_suite_is_not_official(self, texts):
        said = refusal(lambda: texts(["train"], split=None, official=True))
        assert "official=True, but there are folds" in said


class TestGivenSeries:
    def test_windows_are_cut_where_the_column_changes(self, series):
        task = series(["train"] * 20 + ["validation"] * 8 + ["test"] * 12)
        data = task.load(1)
        assert (task.official, task.folds(3)) == (True, 1)
        assert [data.pair(split)[1][[0, -1]].tolist() for split in SPLITS] == [[3, 19], [23, 27], [31, 39]]

    def test_the_last_quarter_of_training_validates_where_no_row_does(self, series):
        data = series(["train"] * 40 + ["test"] * 12).load(1)
        assert [data.pair(split)[1][[0, -1]].tolist() for split in SPLITS] == [[3, 29], [33, 39], [43, 51]]

    @pytest.mark.parametrize(
        ("names", "said"),
        [
            (
                ["test"] * 9 + ["train"] * 9,
                "row 11, column 'part': 'train' comes after 'test': a series needs the order",
            ),
            (
                ["train"] * 9 + ["validation"] * 3 + ["test"] * 9,
                "the validation split has 3 rows, but a window and its",
            ),
            (["train"] * 12 + ["test"] * 9, "12 training rows are too few: their last quarter validates, and needs 4"),
            (["train"] * 12 + ["Test"] * 9, "row 14, column 'part': the split must be one of train, validation, test"),
        ],
    )
    def test_a_faulty_column(self, series, names, said):
        task = series(names)
        assert said in refusal(lambda: task.load(1))


class TestGivenSounds:
    def test_a_function_of_the_file_splits_them(self, raw, tmp_path):
        raw.write_sounds(tmp_path, files=12)
        told = {"bird0": "test", "bird1": "validation"}
        task = sounds_from_folder("own", tmp_path, group=bird, split=lambda file: told.get(bird(file), "train"))
        data = task.load(1)
        assert (task.official, task.folds(3)) == (True, 1)
        assert [set(data.groups[split]) for split in SPLITS[1:]] == [{"bird1"}, {"bird0"}]

    def test_a_function_that_returns_something_else(self, raw, tmp_path):
        raw.write_sounds(tmp_path, files=3)
        task = sounds_from_folder("own", tmp_path, split=bird)
        assert "bird0_0.wav': the split must be one of train, validation, test" in refusal(lambda: task.load(1))


class TestGivenArrays:
    def test_the_test_examples_are_those(self):
        task = task_from_arrays("own", X[:60], LABELS[:60], x_test=X[60:], y_test=LABELS[60:])
        data = task.load(1)
        assert (task.official, task.folds(3)) == (True, 1)
        assert [len(data.pair(split)[1]) for split in SPLITS] == [45, 15, 30]
        np.testing.assert_array_equal(data.test[1], LABELS[60:])
        raw = data.test[0] * data.preparation["scale"] + data.preparation["mean"]
        np.testing.assert_allclose(raw, X[60:], atol=1e-5)
        assert data.checksum() != task.load(2).checksum()

    def test_groups_and_lengths_go_with_them(self):
        groups, lengths = np.arange(90) // 5, np.arange(90) % 6 + 1
        data = task_from_arrays(
            "own", X[:60], VALUES[:60], groups=groups[:60], lengths=lengths[:60],
            x_test=X[60:], y_test=VALUES[60:], groups_test=groups[60:], lengths_test=lengths[60:],
        ).load(1)  # fmt: skip
        np.testing.assert_array_equal(data.groups["test"], groups[60:])
        np.testing.assert_array_equal(data.lengths["test"], lengths[60:])
        assert not set(data.groups["train"]) & set(data.groups["validation"])

    def test_by_time_the_last_quarter_of_the_others_validates_after_a_gap(self):
        times = np.arange(90)
        task = task_from_arrays(
            "own",
            X[:60],
            VALUES[:60],
            times=times[:60],
            gap=2,
            x_test=X[60:],
            y_test=VALUES[60:],
            times_test=times[60:],
        )
        data = task.load(1)
        assert [data.times[split][[0, -1]].tolist() for split in SPLITS] == [[0, 42], [45, 57], [60, 89]]

    def test_the_vocabulary_has_its_tokens(self):
        x = np.random.default_rng(1).integers(1, 9, (60, 5))
        task = task_from_arrays("own", x[:40], LABELS[:40], x_test=x[40:] + 20, y_test=LABELS[40:60])
        assert task.vocabulary == 29

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"x_test": X[:, :5]}, "an example of x_test is float64 of shape (5, 2), but of x float64 of shape (6, 2)"),
            ({"x_test": np.ones((90, 6), int)}, "an example of x_test is float64 of shape (6, 1), but of x float64 of"),
            ({"x_test": X[:3]}, "x_test has 3 examples, but y_test has 90"),
            (
                {"x_test": np.where(X[4, 1, 0] == X, np.nan, X)},
                "x_test is missing or infinite at example 4, step 1, feature 0",
            ),
            ({"x_test": None}, "x_test is missing"),
            ({"y_test": None}, "y_test is missing"),
            (
                {"y_test": np.where(np.arange(90) == 7, 5, LABELS)},
                "y_test has an unknown label at example 7, counted from 0: no example",
            ),
            ({"y_test": np.array(["a"] * 90)}, "an example of y_test is <U1 of shape (), but of y int64"),
            ({"groups_test": LABELS}, "groups_test is given, but groups is not"),
            ({"groups": LABELS}, "groups is given, but groups_test is not"),
            (
                {"times": np.arange(90), "times_test": np.arange(90) + 89},
                "times_test is too early at example 0, counted from 0: it must be after",
            ),
            ({"times": np.arange(90), "times_test": np.arange(90) + 90, "gap": 30}, "90 training rows are too few"),
            (
                {"lengths": LABELS + 1, "lengths_test": LABELS},
                "lengths_test is impossible at example 0, counted from 0: it must",
            ),
        ],
    )
    def test_what_does_not_fit_is_refused_at_once(self, given, said):
        assert said in refusal(lambda: task_from_arrays("own", X, LABELS, **{"x_test": X, "y_test": LABELS} | given))
        with pytest.raises(RequestError, match="unknown task"):
            TASKS.get("own")
