"""Sounds from folders as people have them: what is read, what is left aside, and what the data sheet says of it."""

import io
import struct
import sys
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from suite.errors import RequestError
from suite.tasks.own import READERS, sounds_from_folder
from suite.tasks.own.readers import restored
from suite.tasks.task import Task

RNG = np.random.default_rng(1)
NAMES = (f"own-{number}" for number in count())


def declared(folder: Path, **options) -> Task:
    return sounds_from_folder(next(NAMES), folder, **options)


def write(path: Path, frequency: float, rate: int = 8_000, seconds: float = 0.2, noise: float = 0.01, start: float = 0):
    """A tone in noise, as 32-bit floats; it begins after `start` seconds."""
    time = np.arange(int(rate * seconds)) / rate
    samples = np.sin(2 * np.pi * frequency * time) * (time >= start) + noise * RNG.normal(size=len(time))
    head = struct.pack("<HHIIHH", 3, 1, rate, 4 * rate, 4, 32)
    content = b"WAVEfmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", 4 * len(time))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF" + struct.pack("<I", 0) + content + samples.astype("<f4").tobytes())


@pytest.fixture
def folder(tmp_path):
    """Six low and six high tones."""
    for number in range(6):
        write(tmp_path / "calls" / "owl" / f"s{number}.wav", 300 + 10 * number)
        write(tmp_path / "calls" / "wren" / f"s{number}.wav", 2_000 + 50 * number)
    return tmp_path / "calls"


def sheet(folder, **options):
    return declared(folder, **options).load(1).sheet


def classes(folder, **options) -> dict[str, int]:
    """How many sounds of each class there are in all splits together."""
    data = declared(folder, **options).load(1)
    labels = np.concatenate([data.pair(split)[1] for split in ("train", "validation", "test")])
    return dict(zip(data.preparation["classes"].tolist(), np.bincount(labels).tolist(), strict=True))


def said(folder, **options) -> str:
    return "\n".join(sheet(folder, **options).lines())


def refusal(folder, **options) -> str:
    with pytest.raises(RequestError) as caught:
        declared(folder, **options).load(1)
    assert "\n" not in str(caught.value)
    return str(caught.value)


class TestFolders:
    def test_clean_sounds_have_a_sheet_without_notices(self, folder):
        lines = sheet(folder).lines()
        assert lines == [
            "rates of the files: 8000 Hz: 12",
            "frames: 32 ms long, 20 bands from 100 Hz to 4000 Hz",
            "seconds kept: 2.4 of 2.4",
        ]

    def test_sub_folders_are_read(self, folder):
        for number in range(3):
            write(folder / "owl" / "site" / f"day{number}" / "a.WAV", 400 + number)
        assert classes(folder) == {"owl": 9, "wren": 6}
        assert "sub-folders read: 3" in said(folder)

    def test_what_begins_with_a_dot_is_skipped_and_counted(self, folder):
        (folder / "owl" / "._s0.wav").write_bytes(b"of a Mac")
        (folder / ".DS_Store").write_bytes(b"of a Mac")
        write(folder / "wren" / ".cache" / "a.wav", 300)
        assert classes(folder) == {"owl": 6, "wren": 6}
        assert "skipped (begins with a dot): 3" in said(folder)

    def test_what_is_no_sound_is_counted(self, folder):
        (folder / "owl" / "notes.txt").touch()
        (folder / "wren" / "notes.TXT").touch()
        (folder / "labels.csv").touch()
        assert "skipped (other endings): .txt 2" in said(folder)
        assert "skipped (outside the folders of classes): labels.csv" in said(folder)

    def test_a_link_to_a_folder_is_followed_but_not_in_a_circle(self, folder, tmp_path):
        write(tmp_path / "elsewhere" / "a.wav", 450)
        (folder / "owl" / "more").symlink_to(tmp_path / "elsewhere")
        (folder / "owl" / "all").symlink_to(folder / "owl")
        assert classes(folder) == {"owl": 7, "wren": 6}

    def test_an_empty_folder_of_a_class(self, folder):
        (folder / "hawk").mkdir()
        assert "hawk' contains no wav file" in refusal(folder)
        assert refusal(folder).endswith('leave it out by missing="drop"')
        assert "skipped (folders without sounds): hawk" in said(folder, missing="drop")

    def test_no_folder_has_a_sound(self, tmp_path):
        for name in ("owl", "wren"):
            (tmp_path / name).mkdir()
        assert "owl' contains no wav file" in refusal(tmp_path, missing="drop")

    def test_folders_of_splits_are_no_classes(self, folder):
        for name in ("train", "test"):
            write(folder.parent / "parts" / name / "owl" / "a.wav", 300)
        text = refusal(folder.parent / "parts")
        assert "parts' has the folders test, train, which are splits and not classes" in text
        assert text.endswith("say split=lambda file: file.parent.name")


class TestFaults:
    @pytest.fixture
    def faulty(self, folder):
        (folder / "owl" / "a.wav").write_bytes(b"")
        (folder / "owl" / "b.wav").write_bytes((folder / "owl" / "s0.wav").read_bytes()[:44])
        (folder / "wren" / "c.wav").write_bytes(b"hello")
        return folder

    def test_are_refused_with_the_way_out(self, faulty):
        text = refusal(faulty)
        assert "owl/a.wav' is not a PCM wav file (it is empty): remove it" in text
        assert text.endswith('leave out the 3 files like it by missing="drop"')

    def test_are_left_out_and_counted_with_reasons(self, faulty):
        data = declared(faulty, missing="drop").load(1)
        assert sum(len(data.pair(split)[1]) for split in ("train", "validation", "test")) == 12
        fact = data.sheet.facts["left out"]
        assert fact.startswith("3 of 15 files: is not a PCM wav file (it is empty) (1 file, such as 'a.wav'); ")
        assert "contains no sound (1 file, such as 'b.wav')" in fact

    def test_do_not_change_the_other_sounds(self, faulty):
        dropped = declared(faulty, missing="drop").load(1)
        for file in ("owl/a.wav", "owl/b.wav", "wren/c.wav"):
            (faulty / file).unlink()
        assert dropped.checksum() == declared(faulty).load(1).checksum()

    def test_a_class_that_loses_all_its_sounds_is_named(self, folder):
        (folder / "hawk").mkdir()
        (folder / "hawk" / "a.wav").write_bytes(b"RIFF")
        assert "classes of which no sound is left: hawk" in said(folder, missing="drop")

    def test_no_sound_is_left(self, tmp_path):
        for name in ("owl", "wren"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "a.wav").write_bytes(b"RIFF")
        assert "no sound is left: " in refusal(tmp_path, missing="drop")

    def test_a_file_that_needs_a_package(self, folder, monkeypatch):
        monkeypatch.setitem(sys.modules, "soundfile", None)
        (folder / "owl" / "a.flac").write_bytes(b"fLaC" + bytes(50))
        assert "pip install soundfile" in refusal(folder)

    def test_a_truncated_file_is_read_and_named(self, folder):
        content = (folder / "owl" / "s0.wav").read_bytes()
        (folder / "owl" / "s0.wav").write_bytes(content[:-1_000])
        assert "shorter than their headers say: 1 file, such as 's0.wav'" in said(folder)

    def test_a_file_that_was_mended_is_read_again(self, faulty):
        task = declared(faulty, missing="drop")
        assert "left out" in task.load(1).sheet.facts
        for number, name in enumerate(("owl/a.wav", "owl/b.wav", "wren/c.wav")):
            write(faulty / name, 700 + 10 * number)
        assert "left out" not in task.load(1).sheet.facts

    def test_a_silent_file_is_noticed_and_can_be_left_out(self, folder):
        write(folder / "owl" / "z.wav", 0, noise=0)
        (notice,) = sheet(folder).notices
        assert notice == "sounds are silent (1 file, such as 'z.wav'): leave them out by missing=\"drop\""
        assert sheet(folder, missing="drop").notices == ()
        assert "is silent (1 file, such as 'z.wav')" in said(folder, missing="drop")

    def test_one_sound_in_two_formats_is_noticed(self, folder):
        write(folder / "owl" / "s0.wave", 310)
        (notice,) = sheet(folder).notices
        assert notice.startswith("1 sound in several formats (such as s0.wav and s0.wave): remove all but one, or ")
        assert sheet(folder, group=lambda file: file.stem).notices == ()

    def test_the_same_sound_in_two_classes_is_noticed(self, folder):
        (folder / "wren" / "t.wav").write_bytes((folder / "owl" / "s0.wav").read_bytes())
        (notice,) = sheet(folder).notices
        assert notice.startswith("the same sound is in 'owl' ('s0.wav') and in 'wren' ('t.wav'): remove it from all")


class TestCutOff:
    @pytest.fixture
    def high(self, tmp_path):
        """Two classes that differ above 4 kHz only, and a third whose sounds have little there."""
        for number in range(6):
            write(tmp_path / "crickets" / f"s{number}.wav", 6_500 + 20 * number, 44_100)
            write(tmp_path / "goldcrests" / f"s{number}.wav", 8_500 + 20 * number, 44_100)
            write(tmp_path / "people" / f"s{number}.wav", 500 + 20 * number, 44_100, noise=0.2)
        return tmp_path

    def test_power_above_the_bands_is_noticed(self, high):
        found = sheet(high)
        (notice,) = found.notices
        assert all(f"100 % of the power of '{name}'" in notice for name in ("crickets", "goldcrests"))
        assert "people" not in notice
        assert notice.endswith(
            "lies above 4 kHz, where the bands end: say rate=44100 to keep it, or rate=8000 to leave it out"
        )
        assert set(found.facts["power cut off above 4 kHz"]) == {"crickets", "goldcrests", "people"}

    @pytest.mark.parametrize("rate", [8_000, 44_100])
    def test_a_rate_settles_it(self, high, rate):
        found = sheet(high, rate=rate)
        assert found.notices == ()
        assert ("power cut off above 4 kHz" in found.facts) == (rate == 8_000)

    def test_a_higher_rate_tells_the_classes_apart(self, high):
        data = declared(high, rate=44_100, bands=40).load(1)
        x, y = data.train
        loudest = x[:, :10].mean(axis=1).argmax(axis=1)
        assert x.shape[2] == 40
        assert loudest[y == 0].max() < loudest[y == 1].min()

    def test_seconds_are_noticed_unless_they_were_given(self, folder):
        for number in range(6):
            write(folder / "hawk" / f"s{number}.wav", 900 + 10 * number, seconds=5, start=2.5)
        found = sheet(folder)
        (notice,) = found.notices
        assert (
            "of the power of 'hawk' comes after the first 3 seconds: say seconds=5 to keep all, or seconds=3" in notice
        )
        assert found.facts["seconds kept"] == "20.4 of 32.4"
        assert found.facts["power cut off at the end"] == {"hawk": "80 %"}
        assert sheet(folder, seconds=3).notices == ()

    def test_a_class_of_lower_rates_is_noticed(self, high):
        for number in range(6):
            write(high / "owls" / f"s{number}.wav", 300 + 10 * number, 8_000)
        (notice,) = sheet(high, rate=44_100).notices
        assert notice.endswith("so that empty bands tell them apart: say rate=8000")
        assert notice.startswith("'owls' was recorded at lower rates than '")

    @pytest.mark.parametrize(
        ("options", "text"),
        [
            ({"rate": 500}, "rate must be a whole number of at least 1000, not 500"),
            ({"rate": 2_000_000}, "rate must be at most 1000000 Hz"),
            ({"rate": 44_100.0}, "rate must be a whole number"),
            ({"bands": 0}, "bands must be a whole number of at least 1"),
            ({"bands": 128}, "bands=128 is too many at rate=8000, because some would be empty: say at most bands=101"),
            ({"missing": "skip"}, "missing='skip': available: drop, error"),
            ({"rare": "others"}, "rare='others': did you mean 'other'?"),
        ],
    )
    def test_an_impossible_argument_is_named(self, folder, options, text):
        assert text in refusal(folder, **options)


class TestRareClasses:
    def test_they_are_merged_or_left_out_on_demand(self, folder):
        for number in range(2):
            write(folder / "hawk" / f"s{number}.wav", 900 + 10 * number)
            write(folder / "kite" / f"s{number}.wav", 1_200 + 10 * number)
        assert refusal(folder).endswith('add some, or say rare="other" or rare="drop"')
        assert classes(folder, rare="other") == {"other": 4, "owl": 6, "wren": 6}
        assert "rare classes merged into 'other' (with their examples): hawk 2, kite 2" in said(folder, rare="other")
        assert "rare classes left out (with their examples): hawk 2, kite 2" in said(folder, rare="drop")

    def test_with_given_splits(self, folder):
        write(folder / "hawk" / "s0.wav", 900)

        def split(file):
            return {"s0": "test", "s1": "validation"}.get(file.stem, "train")

        assert "class 'hawk' is in the test split, but not in the training split" in refusal(folder, split=split)
        assert "hawk 1" in said(folder, split=split, rare="drop")


class TestReader:
    def test_rate_and_bands_are_stored_and_new_sounds_are_read_with_them(self, folder):
        data = declared(folder, rate=16_000, bands=30).load(1)
        file = io.BytesIO()
        np.savez(file, **{name: np.asarray(value) for name, value in data.preparation.items()})
        file.seek(0)
        with np.load(file) as arrays:
            reader = restored(dict(arrays), READERS)
        assert (reader.rate, reader.bands) == (16_000, 30)
        raw = reader.read(folder)
        assert raw.examples[0].shape[1] == 30
        assert raw.remark.startswith("converted to 16000 Hz, as in training: ")

    def test_results_from_before_there_was_a_choice_are_read_as_then(self):
        known = {"reader": "sounds", "reader_frames": 9, "steps": 9, "mean": [0.0], "scale": [1.0]}
        reader = restored(known, READERS)
        assert (reader.rate, reader.bands) == (8_000, 20)
