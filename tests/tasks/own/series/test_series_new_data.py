"""New data of series: read as the training data were, and a fault empties only the windows that show it."""

import io

import numpy as np
import pytest

from suite.errors import RequestError
from suite.tasks.own import READERS
from suite.tasks.own.readers import check_fits, restored

DAYS = np.arange("2024-01-01", 120, dtype="datetime64[D]")


def stored(task):
    """The reader and the preparation of a task, as they come back from the file of a final run."""
    file = io.BytesIO()
    np.savez(file, **{name: np.asarray(value) for name, value in task.load(1).preparation.items()})
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        preparation = dict(arrays)
    return restored(preparation, READERS), preparation


def inputs(task, path):
    """What the task's reader makes of a file: the content, and x in the units of the file."""
    reader, preparation = stored(task)
    raw = reader.read(path)
    x, _ = reader.inputs(raw, preparation)
    check_fits(
        preparation, reader, {"length": x.shape[1], "features": x.shape[2]}, len(preparation.get("classes", [0]))
    )
    return raw, x * preparation["scale"] + preparation["mean"]


@pytest.fixture
def task(declare):
    """A task on loads by day."""

    def declared(**options):
        return declare(
            "date,load,heat", [f"{day},{n},{n % 7}" for n, day in enumerate(DAYS)], **{"time": "date"} | options
        )

    return declared


class TestRowsAtFault:
    def test_only_the_windows_that_show_one_are_empty(self, task, write):
        rows = [f"{day},{n},1" for n, day in enumerate(DAYS[:12])]
        rows[5] = f"{DAYS[5]},,1"
        rows[7] = f"{DAYS[7]},much,1"
        raw, x = inputs(task(), write("date,load,heat", rows, "new.csv"))
        assert raw.origin["row"] == list(range(5, 14))
        assert sorted(raw.faults) == [2, 3, 4, 5, 6, 7]
        assert raw.faults[2].endswith("row 7, column 'load' is empty: fill it in")
        assert "row 9, column 'load' is not a finite number" in raw.faults[6]
        assert x[0, :, 0].round(3).tolist() == [0, 1, 2, 3]
        assert np.isfinite(x).all()

    def test_a_total_and_an_unreadable_time(self, task, write):
        rows = [f"{day},{n},1" for n, day in enumerate(DAYS[:12])]
        raw, _ = inputs(task(), write("date,load,heat", [*rows, "Total,12"], "new.csv"))
        assert list(raw.faults) == [9]
        assert "row 14 has 2 cells, but the header has 3" in raw.faults[9]
        rows[4] = "soon,4,1"
        raw, _ = inputs(task(), write("date,load,heat", rows, "new.csv"))
        assert sorted(raw.faults) == [1, 2, 3, 4]
        assert "row 6, column 'date': 'xxxx' is not an ISO date" in raw.faults[1]

    def test_jumbled_rows_are_refused(self, task, write):
        rows = [f"{day},1,1" for day in [*DAYS[:10], DAYS[3]]]
        with pytest.raises(RequestError, match="row 12, column 'date' is earlier than row 11"):
            inputs(task(), write("date,load,heat", rows, "new.csv"))

    def test_missing_cells_are_filled_or_left_out_as_in_training(self, task, write):
        rows = [f"{day},{n},1" for n, day in enumerate(DAYS[:8])]
        rows[3] = f"{DAYS[3]},,1"
        path = write("date,load,heat", rows, "new.csv")
        raw, x = inputs(task(missing="previous"), path)
        assert (raw.faults, x[0, :, 0].round(3).tolist()) == ({}, [0, 1, 2, 2])
        raw, x = inputs(task(missing="drop"), path)
        assert (raw.faults, x[0, :, 0].round(3).tolist()) == ({}, [0, 1, 2, 4])

    def test_a_window_across_a_gap_is_empty_if_training_had_none(self, task, write):
        days = np.delete(DAYS[:20], slice(10, 13))
        rows = [f"{day},1,1" for day in days]
        raw, _ = inputs(task(gaps="split"), write("date,load,heat", rows, "new.csv"))
        assert sorted(raw.faults) == [7, 8, 9]
        assert raw.faults[7].endswith("the window crosses the gap between the rows 11 and 12")


class TestOrderAndDialect:
    def test_the_newest_row_may_be_first(self, task, write):
        rows = [f"{day},{n},1" for n, day in enumerate(DAYS[:6])][::-1]
        raw, x = inputs(task(), write("date,load,heat", rows, "new.csv"))
        assert x[0, :, 0].round(3).tolist() == [0, 1, 2, 3]
        assert raw.origin["row"] == [4, 3, 2]
        assert raw.origin["date"] == [str(day) for day in DAYS[3:6]]

    def test_an_ambiguous_date_is_read_in_the_format_of_training(self, declare, write):
        german = [f"{str(day)[8:]}.{str(day)[5:7]}.{str(day)[:4]};{n},5" for n, day in enumerate(DAYS)]
        task = declare("date;load", german, time="date")
        few = ["01.02.2024;0,5", "02.02.2024;1,5", "03.02.2024;2,5", "04.02.2024;3,5"]
        _, x = inputs(task, write("date;load", few, "new.csv"))
        assert x[0, :, 0].round(3).tolist() == [0.5, 1.5, 2.5, 3.5]
        assert stored(task)[0].dates == "%d.%m.%Y"


class TestSeveral:
    def test_every_series_has_its_windows_and_its_name(self, declare, write):
        rows = [f"{day},{name},{n},{name}" for name in "ab" for n, day in enumerate(DAYS)]
        task = declare("date,site,load,kind", rows, time="date", group="site", static=["kind"])
        new = [f"{day},{name},{n},{kind}" for name, kind in (("b", "b"), ("c", "c"), ("d", "a")) for n, day in
               enumerate(DAYS[: 3 if name == "d" else 5])]  # fmt: skip
        raw, x = inputs(task, write("date,site,load,kind", new, "new.csv"))
        assert raw.origin["site"] == ["b", "b", "c", "c"]
        assert x[[0, 2], 0, 1:].tolist() == [[0, 1], [0, 0]]
        assert raw.remark == "no prediction for 1 series with fewer than 4 rows: d"

    def test_series_beside_each_other(self, declare, write):
        rows = [f"{day},{n},{n + 500}" for n, day in enumerate(DAYS)]
        task = declare("date,a,b", rows, target=["a", "b"], time="date")
        raw, x = inputs(task, write("date,a,b", rows[:6], "new.csv"))
        assert raw.origin["series"] == ["a"] * 3 + ["b"] * 3
        assert x[3, :, 0].round(2).tolist() == [500, 501, 502, 503]


class TestKnown:
    def test_rows_after_the_last_observation_need_the_known_columns_alone(self, task, write):
        known = task(features=[], known=["heat"], horizon=[1, 2])
        rows = [f"{day},{n if n < 8 else ''},{n}" for n, day in enumerate(DAYS[:10])]
        raw, x = inputs(known, write("date,load,heat", rows, "new.csv"))
        assert raw.faults == {}
        assert raw.origin["row"] == [5, 6, 7, 8, 9]
        assert x[-1].round(3).tolist() == [[n, n + 2] for n in range(4, 8)]

    def test_a_known_column_that_is_missing_empties_the_windows_that_show_it(self, task, write):
        known = task(features=[], known=["heat"], horizon=2)
        rows = [f"{day},{n if n < 8 else ''},{n if n < 9 else ''}" for n, day in enumerate(DAYS[:10])]
        raw, _ = inputs(known, write("date,load,heat", rows, "new.csv"))
        assert {place: why[-42:] for place, why in raw.faults.items()} == {
            4: "row 11, column 'heat' is empty: fill it in"
        }  # fmt: skip


class TestStates:
    def test_they_are_read_as_in_training(self, declare, write):
        states = ["on" if n % 5 else "off" for n in range(120)]
        task = declare("load,heat", [f"{state},{n}" for n, state in enumerate(states)], features=["heat"])
        raw, x = inputs(task, write("load,heat", ["on,1", "off,2", "never,3", "on,4", ",5"], "new.csv"))
        assert x[0, :, :2].tolist() == [[0, 1], [1, 0], [0, 0], [0, 1]]
        assert raw.faults[1].endswith("row 6, column 'load' is empty: fill it in")
