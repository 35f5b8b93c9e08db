"""Sets of the UEA and UCR archives become tasks by their names, and keep their official split."""

from pathlib import Path

import numpy as np
import pytest

from suite.errors import RequestError
from suite.tasks.datasets.download import root
from suite.tasks.own import tasks_from_archive
from suite.tasks.task import TASKS

HEAD = "@problemName Own\n@timeStamps false\n@univariate true\n@classLabel true up down\n@data\n"


@pytest.fixture(autouse=True)
def declared_here_only():
    """What a test declares is forgotten after it."""
    yield
    TASKS.forget(__file__)


def classes(count: int, seed: int) -> str:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(count, 6)).round(2)
    return HEAD + "".join(f"{','.join(map(str, x))}:{('up', 'down')[n % 4 == 0]}\n" for n, x in enumerate(values))


def targets(count: int, seed: int) -> str:
    values = np.random.default_rng(seed).normal(size=(count, 6)).round(2)
    rows = "".join(f"{','.join(map(str, x))}:{x[0] / 2}\n" for x in values)
    return f"@timeStamps false\n@targetlabel true\n@data\n{rows}"


def refusal(*arguments, **options) -> str:
    with pytest.raises(RequestError) as caught:
        tasks_from_archive(*arguments, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def archive(tmp_path) -> Path:
    for name, rows in {"Own": classes, "Costs": targets}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}_TRAIN.ts").write_text(rows(40, 1))
        (tmp_path / name / f"{name}_TEST.ts").write_text(rows(20, 2))
    return tmp_path


def test_the_names_of_the_tasks_are_those_of_the_sets(archive):
    assert tasks_from_archive(archive, ["Own", "Costs"]) == ["Own", "Costs"]
    assert (TASKS.get("Own").metric, TASKS.get("Costs").metric) == ("accuracy", "mse")


def test_the_test_file_is_the_test_split_and_every_class_is_validated_alike(archive):
    tasks_from_archive(archive, "Own")
    task = TASKS.get("Own")
    one, other = task.load(1), task.load(2)
    assert task.official
    assert [len(y) for _, y in (one.train, one.validation, one.test)] == [30, 10, 20]
    np.testing.assert_array_equal(one.test[1], other.test[1])
    assert not np.array_equal(one.validation[0], other.validation[0])
    names = one.preparation["classes"][one.validation[1]]
    assert np.unique(names, return_counts=True)[1].tolist() in ([2, 8], [3, 7])


def test_japanese_vowels_are_read_as_the_built_in_task_reads_them():
    built_in = TASKS.get("japanese-vowels")
    if built_in.availability != "cached":
        pytest.skip("`suite fetch japanese-vowels` has not been run")
    tasks_from_archive(root() / "japanese_vowels", ["JapaneseVowels"])
    own, known = TASKS.get("JapaneseVowels").load(1), built_in.load(1)
    np.testing.assert_array_equal(own.lengths["test"], known.lengths["test"])
    np.testing.assert_array_equal(own.preparation["classes"][own.test[1]].astype(int) - 1, known.test[1])
    restored = own.test[0] * own.preparation["scale"] + own.preparation["mean"]
    valid = own.valid("test")
    np.testing.assert_allclose(restored[valid], known.test[0][valid], atol=1e-5)


def test_a_missing_value_is_refused_or_its_series_left_out(archive):
    file = archive / "Own" / "Own_TRAIN.ts"
    file.write_text(f"{HEAD}?,1,2,3,4,5:up\n" + file.read_text().removeprefix(HEAD))
    assert "task 'Own': x is missing or infinite at example 0, step 0" in refusal(archive, "Own")
    tasks_from_archive(archive, "Own", missing="drop")
    assert len(TASKS.get("Own").load(1).train[1]) == 30


def test_an_unknown_set_is_answered_with_the_closest_one(archive, tmp_path):
    assert "set 'Owns' needs the files Owns_TRAIN.ts, Owns_TEST.ts" in (said := refusal(archive, "Owns"))
    assert "did you mean 'Own'" in said
    (tmp_path / "empty").mkdir()
    assert "it contains no file that ends in _TRAIN.ts" in refusal(tmp_path / "empty", "Own")


def test_files_without_classes_are_refused(archive):
    (archive / "Own" / "Own_TEST.ts").write_text("@classLabel false\n@data\n1,2,3,4,5,6\n")
    assert "set 'Own'" in (said := refusal(archive, "Own"))
    assert "neither classes nor targets" in said
