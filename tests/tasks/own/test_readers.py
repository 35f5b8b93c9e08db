"""Readers: new data take the way that training data took, from the stored settings alone, and faults name their row."""

import csv
import io
import wave

import numpy as np
import pytest

from suite.errors import RequestError, UnreadableError
from suite.tasks.datasets.splits import apart
from suite.tasks.own import READERS, series_from_csv, sounds_from_folder, task_from_arrays, texts_from_csv
from suite.tasks.own.readers import restored
from suite.tasks.task import TASKS


def stored(task, seed=3):
    """A task's data for a seed, and its preparation as it comes back from the file of a final run."""
    data = task.load(seed)
    file = io.BytesIO()
    np.savez_compressed(file, **{name: np.asarray(value) for name, value in data.preparation.items()})
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        return data, dict(arrays)


def read_again(path, preparation):
    """x, its steps, and where each example is from."""
    reader = restored(preparation, READERS)
    found = reader.read(path)
    return *reader.inputs(found, preparation), found.origin


@pytest.fixture
def boiler(raw, tmp_path):
    raw.write_series(tmp_path / "boiler.csv", rows=200)
    options = {"target": "heat", "features": ["load"], "window": 8, "horizon": 3, "time": "hour", "missing": "previous"}
    return series_from_csv("boiler", tmp_path / "boiler.csv", **options)


@pytest.fixture
def tickets(raw, tmp_path):
    raw.write_texts(tmp_path / "tickets.csv", repeats=6)
    return texts_from_csv("tickets", tmp_path / "tickets.csv", text="message", label="team", length=9)


@pytest.fixture
def calls(raw, tmp_path):
    raw.write_sounds(tmp_path / "calls", files=8)
    return sounds_from_folder("calls", tmp_path / "calls", seconds=0.3)


@pytest.fixture
def reviews(tmp_path):
    task = TASKS.get("sentiment-like")
    words = task.load(3, 40).preparation["vocabulary"]
    with (tmp_path / "reviews.csv").open("w", newline="") as file:
        rows = [{"text": " ".join(words[tokens])} for tokens in task.load(3).test[0]]
        writer = csv.DictWriter(file, ["text"])
        writer.writeheader()
        writer.writerows(rows)
    return task


class TestTheSameBytes:
    def test_a_reader_yields_all_windows_of_a_series_even_without_a_target_yet(self, boiler, tmp_path):
        data, preparation = stored(boiler)
        x, steps, origin = read_again(tmp_path / "boiler.csv", preparation)
        assert x[160:190].tobytes() == data.test[0].tobytes()
        assert steps is None
        assert origin["row"] == list(range(9, 202))
        assert origin["hour"][160:190] == [f"{hour}"[:13] for hour in data.times["test"]]

    def test_texts_give_the_same_bytes(self, tickets, tmp_path):
        data, preparation = stored(tickets)
        x, _, origin = read_again(tmp_path / "tickets.csv", preparation)
        assert x.dtype == data.test[0].dtype
        sentences = [tuple(tokens) for tokens in x.tolist()]
        rows = [sentences.index(tuple(tokens)) for tokens in data.test[0].tolist()]
        assert x[rows].tobytes() == data.test[0].tobytes()
        assert origin["row"] == list(range(2, 38))

    def test_sounds_give_the_same_bytes(self, calls, tmp_path):
        data, preparation = stored(calls)
        x, steps, origin = read_again(tmp_path / "calls", preparation)
        contents = [sound.tobytes() for sound in restored(preparation, READERS).read(tmp_path / "calls").examples]
        labels = np.array([file.split("/")[-2] for file in origin["file"]])
        test = apart(3, contents, labels, None, "")["test"]
        assert x[test].tobytes() == data.test[0].tobytes()
        assert steps[test].tolist() == data.lengths["test"].tolist()

    def test_arrays_give_the_same_bytes(self, raw, tmp_path):
        raw.write_arrays(tmp_path / "gestures.npz")
        with np.load(tmp_path / "gestures.npz") as arrays:
            task = task_from_arrays("gestures", arrays["x"], arrays["label"], times=np.arange(120), gap=0)
        data, preparation = stored(task)
        x, _, origin = read_again(tmp_path / "gestures.npz", preparation)
        assert x[96:].tobytes() == data.test[0].tobytes()
        assert origin == {"example": list(range(120))}

    def test_texts_of_a_built_in_task(self, reviews, tmp_path):
        data, preparation = stored(reviews)
        assert read_again(tmp_path / "reviews.csv", preparation)[0].tobytes() == data.test[0].tobytes()

    def test_a_time_column_called_row_is_renamed_next_to_the_row_numbers(self, boiler, tmp_path):
        preparation = stored(boiler)[1] | {"reader_time": np.array("row")}
        (tmp_path / "new.csv").write_text((tmp_path / "boiler.csv").read_text().replace("hour", "row", 1))
        origin = read_again(tmp_path / "new.csv", preparation)[2]
        assert (origin["row"][0], origin["row (file)"][0]) == (9, "2024-01-01T07")

    def test_no_setting_is_lost(self, boiler, tickets, calls):
        for task in (boiler, tickets, calls):
            assert restored(stored(task)[1], READERS) == task.function.keywords["reader"]

    @pytest.mark.parametrize("missing", ["reader_window", "mean"])
    def test_an_incomplete_preparation_is_an_error(self, boiler, tmp_path, missing):
        preparation = stored(boiler)[1]
        del preparation[missing]
        with pytest.raises(ValueError, match=f"no '{missing}'"):
            read_again(tmp_path / "boiler.csv", preparation)

    def test_a_task_of_ones_own_has_no_reader(self):
        assert restored(stored(TASKS.get("adding-50"))[1], READERS) is None


def refusal(path, preparation) -> str:
    with pytest.raises(RequestError) as caught:
        read_again(path, preparation)
    assert "\n" not in str(caught.value)
    return str(caught.value)


class TestFaults:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("hour,load\n", "new.csv' has no column 'heat': available: hour, load"),
            ("hour,heat,load\n2024-01-01T00,,1", "new.csv', row 2, column 'heat' is empty, and no row above fills it"),
            ("hour,heat,load\n2024-01-01T00,1,much", "new.csv', row 2, column 'load' is not a finite number"),
            (
                "hour,heat,load\n2024-01-01T01,1,2\n2024-01-01T00,1,2\n2024-01-01T02,1,2",
                "row 3, column 'hour' is earlier",
            ),
            ("hour,heat,load\n2024-01-01T00,1,2\n", "new.csv' is too short: a window needs 8 rows, but the file has 1"),
        ],
    )
    def test_of_a_series(self, boiler, tmp_path, content, said):
        (tmp_path / "new.csv").write_text(content)
        assert said in refusal(tmp_path / "new.csv", stored(boiler)[1])

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("text\nsmoke", "new.csv' has no column 'message'"),
            ("message\n ", "new.csv', row 2, column 'message' is empty"),
            ("message\n", "new.csv' has no row below its header"),
        ],
    )
    def test_of_texts(self, tickets, tmp_path, content, said):
        (tmp_path / "new.csv").write_text(content)
        assert said in refusal(tmp_path / "new.csv", stored(tickets)[1])

    def test_a_word_that_a_closed_vocabulary_does_not_have(self, reviews, tmp_path):
        (tmp_path / "new.csv").write_text("text\nthe film\nthe flim")
        said = refusal(tmp_path / "new.csv", stored(reviews)[1])
        assert said.endswith(
            "new.csv', row 3, column 'text' has a word that the task does not have: use its 22 words only"
        )

    def test_of_sounds(self, calls, tmp_path):
        preparation = stored(calls)[1]
        (tmp_path / "empty").mkdir()
        assert "empty' contains no wav file" in refusal(tmp_path / "empty", preparation)
        (tmp_path / "empty" / "a.wav").write_bytes(b"RIFF")
        assert "empty/a.wav' is not a PCM wav file" in refusal(tmp_path / "empty" / "a.wav", preparation)

    def test_a_sound_that_cannot_be_read_leaves_the_others_of_its_folder(self, calls, tmp_path):
        preparation = stored(calls)[1]
        whole, _, _ = read_again(tmp_path / "calls" / "owl", preparation)
        (tmp_path / "calls" / "owl" / "a.wav").write_bytes(b"RIFF")
        (tmp_path / "calls" / "owl" / "._a.wav").write_bytes(b"of a Mac")
        raw = restored(preparation, READERS).read(tmp_path / "calls" / "owl")
        assert [place for place, fault in raw.faults.items() if "a.wav' is not a PCM wav file" in fault] == [0]
        x, steps, _ = read_again(tmp_path / "calls" / "owl", preparation)
        assert x[1:].tobytes() == whole.tobytes()
        assert steps[0] == 1

    def test_of_a_file_that_is_gone(self, tickets, tmp_path):
        assert "gone.csv' cannot be read: No such file" in refusal(tmp_path / "gone.csv", stored(tickets)[1])
        (tmp_path / "folder.wav").mkdir()
        said = refusal(tmp_path, {"reader": "sounds", "reader_frames": 9, "steps": 9, "mean": [0.0], "scale": [1.0]})
        assert "contains no wav file, nor one that ends in .flac, .ogg" in said

    def test_another_sampling_rate_is_converted_as_in_training(self, calls, tmp_path):
        x, steps, _ = read_again(tmp_path / "calls" / "owl" / "bird0_0.wav", stored(calls)[1])
        with wave.open(str(tmp_path / "calls" / "owl" / "bird0_0.wav")) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        with wave.open(str(tmp_path / "slow.wav"), "wb") as file:
            file.setparams((1, 2, 32_000, 0, "NONE", ""))
            file.writeframes(np.repeat(samples, 2).tobytes())
        other, same, _ = read_again(tmp_path / "slow.wav", stored(calls)[1])
        assert same.tolist() == steps.tolist()
        assert np.corrcoef(other.ravel(), x.ravel())[0, 1] > 0.99

    @pytest.mark.parametrize(
        ("arrays", "said"),
        [
            ({"y": np.zeros(3)}, "contains no array 'x'"),
            ({"x": np.full((2, 3), np.nan)}, "x is missing or infinite in every example"),
            ({"x": np.array([["a"]])}, "x are texts, not numbers"),
            ({"x": np.zeros((2, 3), "M8[D]")}, "x is of type datetime64[D], not numbers"),
            ({"x": np.zeros((0, 3), int)}, "x has shape (0, 3), not (examples, time"),
            (
                {"x": np.array([[1, 2**40]])},
                "x is no token at example 0, step 1, counted from 0: tokens must be from 0",
            ),
            ({"x": np.array([[1, 2], [-3, 1]])}, "x is no token at example 1, step 0"),
            (
                {"x": np.zeros((2, 3)), "lengths": np.array([1, 4])},
                "lengths is impossible at example 1, counted from 0: it must be",
            ),
            ({"x": np.zeros((2, 3)), "lengths": np.array([1, 2.5])}, "lengths is impossible at example 1"),
            ({"x": np.zeros((2, 3)), "lengths": np.array(["1", "a"])}, "lengths is of type <U1, not numbers"),
            ({"x": np.zeros((2, 3)), "lengths": np.array([1])}, "lengths has shape (1,), but x has 2 examples"),
        ],
    )
    def test_of_arrays(self, tmp_path, arrays, said):
        np.savez(tmp_path / "new.npz", **arrays)
        assert said in refusal(tmp_path / "new.npz", {"reader": "arrays"})

    @pytest.mark.parametrize("content", [b"PK\3\4 cut short", b"\x93NUMPY", b""])
    def test_a_file_of_arrays_that_is_truncated(self, tmp_path, content):
        (tmp_path / "new.npz").write_bytes(content)
        with pytest.raises(UnreadableError, match="new.npz' is truncated or not a file of plain arrays"):
            read_again(tmp_path / "new.npz", {"reader": "arrays"})

    def test_a_file_of_arrays_must_not_hold_pickles(self, tmp_path):
        np.save(tmp_path / "new.npy", np.array([{}]), allow_pickle=True)
        with pytest.raises(UnreadableError, match="new.npy' is truncated or not a file of plain arrays"):
            read_again(tmp_path / "new.npy", {"reader": "arrays"})
