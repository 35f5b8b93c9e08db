"""Doubts about series that only the owner of the table can settle: markers of missing values, totals, large numbers."""

import numpy as np
import pandas as pd
import pytest

from suite.errors import RequestError
from suite.tasks.own import series_from_csv

DAYS = [str(day) for day in np.arange("2023-01-01", 100, dtype="datetime64[D]")]
LOAD = [round(float(value), 2) for value in np.random.default_rng(0).normal(10, 1, 100)]


def rows(values, times=DAYS):
    return [f"{time},{value}" for time, value in zip(times, values, strict=True)]


def refusal(task) -> str:
    with pytest.raises(RequestError) as caught:
        task.load(1)
    return str(caught.value)


class TestMarkers:
    MARKED = rows([-999.0 if place % 20 == 5 else value for place, value in enumerate(LOAD)])

    def test_a_number_far_from_all_others_is_asked_about_as_it_is_written(self, declare):
        notices = declare("day,load", self.MARKED, time="day").load(1).sheet.notices
        assert notices[0] == (
            "-999 is repeated in column 'load', far from all other values: say absent='-999.0' if it means 'missing', "
            "or absent=''"
        )

    def test_both_ways_out_work(self, declare):
        kept = declare("day,load", self.MARKED, time="day", absent="").load(1)
        assert min(kept.train[1]) == -999
        assert not [one for one in kept.sheet.notices if "absent" in one]
        left = declare("day,load", self.MARKED, time="day", absent="-999.0", missing="drop", gaps="cross").load(1)
        assert min(left.train[1]) > 0
        assert left.sheet.notices == ()


class TestTotals:
    def test_a_total_below_the_table_is_no_row_even_without_times(self, declare):
        table = [*rows(LOAD, range(100)), f"Total,{sum(LOAD)}"]
        told = refusal(declare("number,load", table))
        assert "row 102, column 'number' is not a number or a date, unlike the cells above it: delete" in told
        assert max(declare("number,load", table, time="").load(1).test[1]) > 900

    @pytest.mark.parametrize("word", ["", "NA", "12"])
    def test_a_last_number_that_is_missing_is_no_total(self, declare, word):
        assert declare("number,load", [*rows(LOAD, range(100)), f"{word},9.5"]).load(1).test[1][-1] == 9.5


class TestNumbers:
    def test_a_number_that_models_cannot_read_is_named(self, declare):
        table = rows([1e39 if place == 7 else value for place, value in enumerate(LOAD)])
        assert "row 9, column 'load' is too large: divide" in refusal(declare("day,load", table, time="day"))

    def test_columns_of_a_data_frame_may_be_numbers(self):
        task = series_from_csv("own-numbered", pd.DataFrame({0: DAYS, 1: LOAD}), target=1, time=0, window=4)
        assert len(task.load(1).train[0])

    def test_a_first_row_without_a_value_can_be_left_out(self, declare):
        table = rows(["" if place < 50 else value for place, value in enumerate(LOAD)])
        assert refusal(declare("day,load", table, time="day", missing="previous")).endswith("or say missing='drop'")
        assert len(declare("day,load", table, time="day", missing="drop").load(1).train[0])
