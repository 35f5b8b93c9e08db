"""Your own data: four ways in, honest splits, and one clear line for every fault of a file."""

import wave
from pathlib import Path

import cloudpickle
import numpy as np
import pytest
from baseline_scores import measure

from suite.errors import RequestError
from suite.experiment.loading import load_experiment
from suite.tasks.data import SPLITS
from suite.tasks.own import series_from_csv, sounds_from_folder
from suite.tasks.task import TASKS

ROWS = 200


@pytest.fixture(autouse=True)
def declared_here_only():
    """What a test declares is forgotten after it."""
    yield
    TASKS.forget(__file__)


@pytest.fixture
def table(tmp_path):
    """Writes a CSV file from a header and rows, and returns its path."""

    def write(header: str, *rows: str) -> Path:
        path = tmp_path / "own.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return write


def days(count: int = ROWS, **cells: str) -> list[str]:
    """Rows of date, load, heat; the load is the row's number; `r7=...` replaces a row as a spreadsheet counts."""
    dates = np.arange("2020-01-01", count, dtype="datetime64[D]") if count else []
    rows = [f"{date},{number},{number % 7}" for number, date in enumerate(dates)]
    for key, row in cells.items():
        rows[int(key[1:]) - 2] = row
    return rows


@pytest.fixture
def series(table):
    """Declares a series of 200 days with some rows replaced, and returns the task."""

    def declare(rows: list[str] | None = None, **options):
        path = table("date,load,heat", *(days() if rows is None else rows))
        options = {"target": "load", "features": ["heat"], "window": 5, "time": "date"} | options
        return series_from_csv("own", path, **options)

    return declare


def tone(path: Path, frequency: float, rate: int = 8_000, channels: int = 1, width: int = 2, seconds: float = 0.2):
    samples = 0.5 * np.sin(2 * np.pi * frequency * np.arange(int(rate * seconds)) / rate)
    whole = np.repeat(samples * (2 ** (8 * width - 1) - 1), channels).astype("<i8")
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(whole.view(np.uint8).reshape(-1, 8)[:, :width].tobytes())


@pytest.fixture
def sounds(tmp_path):
    """A folder with ten low and ten high tones by five speakers, one file each of another rate, width and channels."""
    for number in range(10):
        tone(tmp_path / "own" / "low" / f"s{number // 2}_{number}.wav", 200 + 5 * number, seconds=0.2 + number / 100)
        tone(tmp_path / "own" / "high" / f"s{number // 2}_{number}.wav", 2_000 + 50 * number)
    tone(tmp_path / "own" / "high" / "s0_rate.wav", 2_100, rate=44_100)
    tone(tmp_path / "own" / "high" / "s0_width.wav", 2_150, width=3)
    tone(tmp_path / "own" / "high" / "s0_stereo.wav", 2_200, channels=2)
    return tmp_path / "own"


def refusal(call) -> str:
    with pytest.raises(RequestError) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


class TestDeclaration:
    def test_it_is_a_task_of_this_file_with_a_description_and_a_family(self, series):
        task = series()
        assert TASKS.get("own") is task
        assert task.place.startswith(f"{__file__}:")
        assert (task.family, task.kind, task.availability) == ("series", "regression", "offline")
        assert task.description == "5 rows of load, heat in own.csv: what is load, 1 rows later?"

    def test_what_is_declared_wins_over_the_defaults(self, series):
        task = series(family="machines", metric="mae", baseline="mean", version=3)
        assert (task.family, task.metric, task.baseline, task.version) == ("machines", "mae", "mean", 3)

    def test_it_reaches_a_worker_unchanged(self, series):
        task = series()
        sent = cloudpickle.loads(cloudpickle.dumps(task))
        assert sent.description == task.description
        assert sent.load(1).checksum() == task.load(1).checksum()

    def test_an_experiment_file_can_be_loaded_twice(self, table, tmp_path):
        table("date,load", *(row.rpartition(",")[0] for row in days()))
        (tmp_path / "study.py").write_text(
            "from pathlib import Path\nfrom suite import Experiment, series_from_csv\n"
            "series_from_csv('own', Path(__file__).with_name('own.csv'), target='load', window=4)\n"
            "experiment = Experiment(tasks=['own'], architectures=['lstm'])\n"
        )
        for _ in range(2):
            (cell,) = load_experiment(tmp_path / "study.py").cells
            assert cell.task.place == f"{tmp_path / 'study.py'}:3"
        TASKS.forget(str(tmp_path / "study.py"))

    def test_a_missing_file_suggests_the_nearest_name(self, series, tmp_path):
        series()
        said = refusal(lambda: series_from_csv("other", tmp_path / "owm.csv", target="load", window=5))
        assert said == f"no file '{tmp_path / 'owm.csv'}': did you mean '{tmp_path / 'own.csv'}'?"

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"target": "laod"}, "has no column 'laod': did you mean 'load'?"),
            ({"features": ["wind"]}, "has no column 'wind': available: date, heat, load"),
            ({"window": 0}, "window must be a whole number of at least 1, not 0"),
            ({"horizon": 1.5}, "horizon must be a whole number of at least 1, not 1.5"),
            ({"missing": "previuos"}, "missing='previuos': did you mean 'previous'?"),
            ({"baseline": "last"}, "baseline 'last'"),
        ],
    )
    def test_a_wrong_request_is_refused_in_one_line_before_any_cell_is_read(self, series, options, said):
        assert said in refusal(lambda: series(**options))


class TestSeries:
    def test_windows_end_where_the_target_lies_a_horizon_ahead(self, series):
        data = series(horizon=3).load(1)
        for split in SPLITS:
            x, y = getattr(data, split)
            own = x[..., 0] * data.preparation["scale"][0] + data.preparation["mean"][0]
            np.testing.assert_allclose(own, y[:, None] - 3 - np.arange(4, -1, -1), rtol=1e-5, atol=1e-3)
            np.testing.assert_array_equal(
                data.times[split], np.datetime64("2020-01-01") + (y - 3).astype("timedelta64[D]")
            )

    def test_no_window_and_no_target_straddles_a_cut(self, series):
        data = series(horizon=3).load(1)
        first, last = ({split: function(getattr(data, split)[1]) for split in SPLITS} for function in (np.min, np.max))
        assert [first[split] - 7 for split in SPLITS] == [0, 120, 160]
        assert [last[split] for split in SPLITS] == [119, 159, 199]

    def test_the_scale_is_that_of_the_training_windows(self, series):
        x = series().load(1).train[0]
        np.testing.assert_allclose(x.mean(axis=(0, 1)), 0, atol=1e-6)
        np.testing.assert_allclose(x.std(axis=(0, 1)), 1, atol=1e-6)

    def test_the_seed_changes_nothing_and_both_baselines_can_be_measured(self, series):
        task = series()
        assert task.load(1).checksum() == task.load(2).checksum()
        scores = measure(task, task.load(1))
        assert scores["baseline"]["test"]["mse"] == pytest.approx(1, rel=1e-4)

    def test_without_a_time_the_rows_are_the_order(self, series):
        assert series(time=None).load(1).times["train"][:2].tolist() == [6, 7]

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("2020-01-06,much,2", "row 7, column 'load' is not a finite number"),
            ("2020-01-06,inf,2", "row 7, column 'load' is not a finite number"),
            ("2020-01-06,,2", "row 7, column 'load' is empty: fill it in, or choose what to do with `missing=`"),
            ("2020-01-06,5,NaN", "row 7, column 'heat' is empty"),
            (",5,2", "row 7, column 'date' is empty"),
            ("2020-01-03,5,2", "row 7, column 'date' is earlier than row 6: sort the file by 'date'"),
            ("2020-01-05,5,2", "row 7, column 'date' repeats the time of row 6"),
            ("1/6/2020,5,2", "row 7, column 'date': '9/9/9999' is not an ISO date"),
            ("2020-01-06,5,2,9", "row 7 has 4 cells, but the header has 3: quote a cell that contains a ','"),
        ],
    )
    def test_the_first_bad_row_is_named(self, series, row, said):
        task = series(days(r7=row, r9=row))
        assert f"own.csv', {said}" in refusal(lambda: task.load(1))

    def test_times_are_either_numbers_or_dates(self, series):
        task = series(days(r2="1,0,0"))
        assert "row 3, column 'date': the time looks like '9999-99-99', but those before are numbers" in refusal(
            lambda: task.load(1)
        )

    def test_missing_rows_are_left_out(self, series):
        targets = series(days(r12="2020-01-11,,2"), missing="drop").load(1).train[1]
        assert targets[4:7].tolist() == [9, 11, 12]

    def test_missing_values_repeat_what_was_known_before_and_are_no_targets(self, series):
        data = series(days(r12="2020-01-11,n/a,2"), missing="previous").load(1)
        assert data.train[1][4:7].tolist() == [9, 11, 12]
        shown = data.train[0][5, :, 0] * data.preparation["scale"][0] + data.preparation["mean"][0]
        np.testing.assert_allclose(shown, [6, 7, 8, 9, 9], rtol=1e-5)

    def test_the_first_row_has_no_previous_value(self, series):
        task = series(days(r2="2020-01-01,,2"), missing="previous")
        assert refusal(lambda: task.load(1)).endswith(
            "row 2, column 'load' is empty, and no row above fills it: fill it in, or say missing='drop'"
        )

    def test_fewer_rows_than_windows_need(self, series):
        task = series(days(25))
        assert "25 rows are too few to split by time: three splits of at least 6 rows need 31" in refusal(
            lambda: task.load(1)
        )

    def test_just_enough_rows_have_an_example_in_every_split(self, series):
        assert len(series(days(31)).load(1).test[1]) == 2

    def test_a_file_of_no_rows(self, series):
        assert "has no row" in refusal(lambda: series([]).load(1))

    def test_a_file_of_another_encoding(self, series, tmp_path):
        series()
        (tmp_path / "latin.csv").write_bytes("date,дата\n".encode("koi8-r"))
        said = refusal(lambda: series_from_csv("other", tmp_path / "latin.csv", target="load", window=5))
        assert said.endswith("latin.csv' is neither UTF-8 nor Windows-1252 text: name its encoding with encoding=")


class TestSounds:
    @pytest.mark.slow
    def test_every_sort_of_wav_becomes_frames_of_one_class(self, sounds):
        task = sounds_from_folder("own", sounds)
        data = task.load(1)
        assert data.preparation["classes"].tolist() == ["high", "low"]
        assert sum(len(getattr(data, split)[0]) for split in SPLITS) == 23
        assert measure(task, data)["trained_baseline"]["test"]["accuracy"] == 1

    def test_padding_is_zero_and_recorded_in_lengths(self, sounds):
        data = sounds_from_folder("own", sounds).load(1)
        x, steps = data.train[0], data.lengths["train"]
        assert len(set(steps)) > 1
        np.testing.assert_array_equal(np.abs(x).sum(axis=2) > 0, np.arange(x.shape[1]) < steps[:, None])

    def test_long_sounds_are_cut(self, sounds):
        assert sounds_from_folder("own", sounds, seconds=0.1).load(1).train[0].shape[1] == 7

    def test_speakers_stay_on_one_side(self, sounds):
        data = sounds_from_folder("own", sounds, group=lambda file: file.stem.split("_")[0]).load(1)
        whole = [set(data.groups[split]) for split in SPLITS]
        assert len(set.union(*whole)) == sum(map(len, whole)) == 5

    def test_what_is_no_wav_is_named(self, sounds):
        (sounds / "low" / "zz.wav").write_text("not a sound")
        task = sounds_from_folder("own", sounds)
        assert "low/zz.wav' is not a PCM wav file" in refusal(lambda: task.load(1))

    def test_folders_without_classes_or_sounds_are_named(self, sounds):
        (sounds / "none").mkdir()
        assert "none' contains no wav file" in refusal(lambda: sounds_from_folder("own", sounds))
        assert "has 0 folders" in refusal(lambda: sounds_from_folder("own", sounds / "none"))
        assert "did you mean" in refusal(lambda: sounds_from_folder("own", sounds.with_name("onw")))
        assert "seconds must be above 0" in refusal(lambda: sounds_from_folder("own", sounds, seconds=0))
