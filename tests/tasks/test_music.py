"""The chorales, on a file of the published form whose checksum alone is another."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from scipy.io import savemat

from suite.errors import UnavailableError
from suite.tasks.baselines import scores_on, trivial
from suite.tasks.builtin import music
from suite.tasks.description import describe
from suite.tasks.task import TASKS

TASK = TASKS.get("jsb-chorales")
LENGTHS = {"traindata": [5, 9, 7], "validdata": [4, 6], "testdata": [8, 3]}


def chorales(seed: int = 1) -> dict[str, np.ndarray]:
    """Cells of chords, as in the file: an array of one row for each split."""
    rng = np.random.default_rng(seed)
    found = {}
    for part, lengths in LENGTHS.items():
        found[part] = np.empty((1, len(lengths)), dtype=object)
        found[part][0, :] = [(rng.random((length, 88)) < 0.05).astype(float) for length in lengths]
    return found


@pytest.fixture
def stored(tmp_path, monkeypatch) -> dict[str, np.ndarray]:
    file = tmp_path / "jsb_chorales" / "JSB_Chorales.mat"
    file.parent.mkdir()
    savemat(file, chorales())
    monkeypatch.setenv("SUITE_DATA", str(tmp_path))
    own = replace(music.JSB_CHORALES.files[0], sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    monkeypatch.setattr(music, "JSB_CHORALES", replace(music.JSB_CHORALES, files=(own,)))
    return chorales()


def test_every_chord_but_the_last_is_followed_by_the_next_one(stored):
    data = TASK.load(1)
    for split, part in music.PARTS.items():
        x, y = data.pair(split)
        assert data.lengths[split].tolist() == [length - 1 for length in LENGTHS[part]]
        for example, own in enumerate(stored[part][0]):
            np.testing.assert_array_equal(x[example, : len(own) - 1], own[:-1])
            np.testing.assert_array_equal(y[example, : len(own) - 1], own[1:])
            assert not x[example, len(own) - 1 :].any()


def test_the_score_is_the_negative_log_likelihood_per_chord_without_padding(stored):
    data = TASK.load(1)
    train, tested = (np.concatenate([one[1:] for one in stored[part][0]]) for part in ("traindata", "testdata"))
    known = np.clip(train.mean(axis=0), np.finfo(float).eps, 1 - np.finfo(float).eps)
    frames = -(np.log(np.where(tested, known, 1 - known))).sum(axis=1)
    assert scores_on(TASK, data, trivial(TASK, data), "test")["log_loss"] == pytest.approx(frames.mean())


def test_published_scores_are_its_references(stored):
    facts = describe(TASK, TASK.load(1))
    assert [score for score, _ in facts["reference"]] == [8.45, 8.43, 8.91]
    assert facts["classes"][0] == "21"
    assert len(facts["classes"]) == 88


def test_the_seed_changes_nothing_because_all_three_splits_are_published(stored):
    assert TASK.official
    assert TASK.load(1).checksum() == TASK.load(2).checksum()


def test_without_the_file_one_line_says_where_to_put_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUITE_DATA", "data")
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: (_ for _ in ()).throw(OSError("no network")))
    with pytest.raises(UnavailableError) as caught:
        TASK.load(1)
    assert "put it into 'data/jsb_chorales' as 'JSB_Chorales.mat'" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_file_of_this_name_is_not_read(stored, tmp_path):
    savemat(tmp_path / "jsb_chorales" / "JSB_Chorales.mat", chorales(2))
    with pytest.raises(UnavailableError, match="its sha256 begins with"):
        TASK.load(1)
