"""Several series: below or beside each other, cut at the same dates, with names, and with inputs of their own."""

import numpy as np
import pandas as pd
import pytest

from suite.errors import RequestError
from suite.tasks.data import SPLITS
from suite.tasks.fold import Fold
from suite.tasks.own import series_from_csv
from suite.tasks.task import TASKS

DAYS = np.arange("2024-01-01", 100, dtype="datetime64[D]")


def long(spans: dict[str, tuple[int, int]], offset: int = 1_000) -> list[str]:
    """One row per day and series: date, name, load (the day's number, plus 1,000 for the second series, ...)."""
    return [
        f"{DAYS[day]},{name},{offset * place + day}"
        for place, (name, (start, stop)) in enumerate(spans.items())
        for day in range(start, stop)
    ]


@pytest.fixture
def panel(declare):
    def made(spans: dict[str, tuple[int, int]], **options):
        return declare("date,site,load", long(spans), **{"time": "date", "group": "site"} | options)

    return made


def refusal(call) -> str:
    with pytest.raises(RequestError) as caught:
        call()
    return str(caught.value)


class TestBelowEachOther:
    def test_windows_stay_inside_a_series_and_splits_are_cut_at_the_same_dates(self, panel, restored):
        data = panel({"north": (0, 100), "south": (0, 100)}, horizon=2).load(1)
        for split, cut in zip(SPLITS, (0, 60, 80), strict=True):
            x = restored(data, split)[..., 0]
            np.testing.assert_allclose(np.diff(x, axis=1), 1, atol=1e-2)
            np.testing.assert_allclose(data.pair(split)[1] - x[:, -1], 2, atol=1e-2)
            assert data.groups[split][:3].tolist() == ["north", "south", "north"]
            assert np.rint(x[0, 0]) == cut
            assert (np.diff(data.times[split]) >= np.timedelta64(0, "D")).all()
        assert data.sheet.facts["series"] == "2 (north, south)"

    def test_rows_in_the_order_of_dates_give_the_same(self, declare, panel):
        spans = {"north": (0, 100), "south": (0, 100)}
        mixed = declare("date,site,load", sorted(long(spans)), time="date", group="site").load(1)
        assert mixed.checksum() == panel(spans).load(1).checksum()

    def test_series_may_begin_later_and_end_earlier(self, panel):
        data = panel({"long": (0, 100), "late": (50, 100), "gone": (0, 70)}).load(1)
        counts = {split: dict(zip(*np.unique(data.groups[split], return_counts=True), strict=True)) for split in SPLITS}
        assert counts["train"] == {"gone": 56, "late": 6, "long": 56}
        assert counts["test"] == {"late": 16, "long": 16}
        assert data.sheet.notices == ()

    def test_a_series_that_is_too_short_is_left_out_by_name(self, panel):
        data = panel({"long": (0, 100), "brief": (30, 34)}).load(1)
        assert set(data.groups["train"]) == {"long"}
        (notice,) = data.sheet.notices
        assert notice == ("1 of 2 series are too short for one window and are left out: brief: make window= smaller")

    def test_nothing_is_left(self, panel):
        said = refusal(
            lambda: panel({name: (10 * place, 10 * place + 4) for place, name in enumerate("abcdefg")}).load(1)
        )
        assert "no window fits into the train split: a window and its target need 5 rows of one series" in said

    def test_a_series_without_any_target_is_left_out_too(self, declare):
        empty = [f"{day},none," for day in DAYS]
        data = declare("date,site,load", long({"long": (0, 100)}) + empty, time="date", group="site").load(1)
        assert set(data.groups["test"]) == {"long"}
        assert data.sheet.facts["rows"] == {"read": 200, "before or after its series": 100}

    def test_folds_walk_forward_over_the_dates(self, panel):
        task = panel({"north": (0, 100), "south": (20, 90)})
        tests = [task.load(1, fold=Fold(index, 2)).times["test"] for index in range(2)]
        assert tests[0].max() < tests[1].min()

    def test_a_repeated_date_within_a_series_is_refused(self, panel, declare):
        rows = [*long({"north": (0, 100)}), f"{DAYS[99]},north,1"]
        task = declare("date,site,load", rows, time="date", group="site")
        assert "row 102, column 'date' repeats the time of row 101" in refusal(lambda: task.load(1))

    def test_they_need_times(self, declare):
        said = refusal(lambda: declare("date,site,load", long({"north": (0, 100)}), group="site"))
        assert said == "group= needs time=: all series are cut at the same times; or give split="

    def test_a_column_of_splits_may_give_whole_series(self, declare):
        parts = {"a": "train", "b": "train", "c": "validation", "d": "test"}
        rows = [f"{row},{parts[row.split(',')[1]]}" for row in long(dict.fromkeys(parts, (0, 30)))]
        data = declare("date,site,load,part", rows, time="date", group="site", split="part").load(1)
        assert [set(data.groups[split]) for split in SPLITS] == [{"a", "b"}, {"c"}, {"d"}]

    def test_missing_cells_are_filled_within_a_series(self, declare, restored):
        rows = long({"north": (0, 100), "south": (0, 100)})
        rows[100 + 10] = f"{DAYS[10]},south,"
        data = declare("date,site,load", rows, time="date", group="site", missing="previous").load(1)
        south = restored(data)[data.groups["train"] == "south"][..., 0]
        assert np.rint(south[6]).tolist() == [1007, 1008, 1009, 1009]
        assert data.sheet.facts["windows without an observed target"] == {"train": 1}


class TestBesideEachOther:
    HEADER = "Price,Close,Close,Volume,Volume\nTicker,AAA,BBB,AAA,BBB\nDate,,,,"

    def rows(self):
        return [f"{day},{n},{1000 + n},{n % 7},{n % 5}" for n, day in enumerate(DAYS)]

    def test_one_part_of_a_header_names_a_column_of_each(self, declare, restored):
        task = declare(self.HEADER, self.rows(), target="Close", features=["Volume"], time="Date")
        data = task.load(1)
        assert data.groups["train"][:2].tolist() == ["AAA", "BBB"]
        assert np.rint(restored(data)[:2]).tolist() == [
            [[n, n % 7] for n in range(4)], [[1000 + n, n % 5] for n in range(4)]
        ]  # fmt: skip
        assert data.train[1][:2].tolist() == [4, 1004]
        assert task.description == "4 rows of Close, Volume in own0.csv of 2 series: what is Close, 1 rows later?"

    def test_one_part_of_a_data_frame_does_so_too(self, declare):
        columns = pd.MultiIndex.from_product([["Close", "Volume"], ["AAA", "BBB"]])
        values = np.array([[float(cell) for cell in row.split(",")[1:]] for row in self.rows()])
        frame = pd.DataFrame(values, index=pd.DatetimeIndex(DAYS, name="Date"), columns=columns)
        options = {"target": "Close", "features": ["Volume"], "window": 4, "time": "Date"}
        of_file = declare(self.HEADER, self.rows(), **options).load(1)
        of_frame = series_from_csv("frame", frame, **options).load(1)
        TASKS.forget(__file__)
        for name, values in of_file.arrays().items():
            np.testing.assert_array_equal(of_frame.arrays()[name], values)

    def test_columns_may_be_listed_and_share_a_feature(self, declare, restored):
        rows = [f"{day},{n},{1000 + n},{n % 7}" for n, day in enumerate(DAYS)]
        data = declare("date,a,b,heat", rows, target=["a", "b"], features=["heat"], time="date").load(1)
        assert np.rint(restored(data)[1]).tolist() == [[1000 + n, n % 7] for n in range(4)]

    def test_empty_cells_at_the_ends_are_a_series_that_begins_later_or_ends_earlier(self, declare):
        rows = [f"{day},{n},{n if 30 <= n < 90 else ''}" for n, day in enumerate(DAYS)]
        data = declare("date,a,b", rows, target=["a", "b"], time="date").load(1)
        assert (data.groups["train"] == "b").sum() == 26
        assert data.sheet.facts["rows"] == {
            "read": 100, "before or after its series": 40
        }  # fmt: skip

    def test_an_empty_cell_in_between_is_refused(self, declare):
        rows = [f"{day},{n},{'' if n == 50 else n}" for n, day in enumerate(DAYS)]
        task = declare("date,a,b", rows, target=["a", "b"], time="date")
        assert "row 52, column 'b' is empty: fill it in, or choose" in refusal(lambda: task.load(1))


class TestStatics:
    def table(self, kinds):
        return [f"{row},{kind},{size}" for name, (kind, size) in kinds.items() for row in long({name: (0, 100)})]

    def test_numbers_stay_and_words_become_one_channel_each(self, declare, restored):
        rows = self.table({"a": ("pump", 5), "b": ("fan", 9)})
        data = declare("date,site,load,kind,size", rows, time="date", group="site", static=["kind", "size"]).load(1)
        assert data.preparation["static_words"].tolist() == ["fan", "pump", ""]
        assert np.rint(restored(data)[:2, 0, 1:]).tolist() == [[0, 1, 5], [1, 0, 9]]

    def test_a_column_that_varies_is_refused(self, declare):
        task = declare("date,site,load", long({"a": (0, 100), "b": (0, 100)}), time="date", group="site", static="load")
        assert "row 3, column 'load' differs from row 2 of the same series: static= needs" in refusal(
            lambda: task.load(1)
        )
