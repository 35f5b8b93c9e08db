"""Times of series: any order that is one, gaps and changes of the clock counted, and nothing sorted in silence."""

import numpy as np
import pytest

from suite.errors import RequestError
from suite.tasks.data import SPLITS

HOURS = np.arange("2024-03-30T00", "2024-04-09T00", dtype="datetime64[h]")


def rows(times, values=None):
    """One row per time: the time and the row's number."""
    return [f"{time},{number}" for number, time in enumerate(times)] if values is None else [
        f"{time},{value}" for time, value in zip(times, values, strict=True)
    ]  # fmt: skip


def days(count: int = 100, start: str = "2024-01-01"):
    return np.arange(start, count, dtype="datetime64[D]")


def refusal(task) -> str:
    with pytest.raises(RequestError) as caught:
        task.load(1)
    assert "\n" not in str(caught.value)
    return str(caught.value)


class TestOrder:
    def test_the_newest_row_may_be_first(self, declare):
        forth = declare("date,load", rows(days()), time="date").load(1)
        back = declare("date,load", rows(days())[::-1], time="date").load(1)
        assert back.checksum() == forth.checksum()
        assert back.sheet.facts["order"] == "newest first, read in the opposite order"
        assert "order" not in forth.sheet.facts

    def test_jumbled_rows_are_refused(self, declare):
        mixed = rows(days())
        mixed[10], mixed[20] = mixed[20], mixed[10]
        assert "row 13, column 'date' is earlier than row 12: sort the file" in refusal(
            declare("date,load", mixed, time="date")
        )

    def test_dates_and_times_of_day_may_be_two_columns(self, declare):
        table = [f"{time.astype('datetime64[D]')},{str(time)[11:]}:00,{n}" for n, time in enumerate(HOURS)]
        data = declare("Date,Time,load", table, time=("Date", "Time"), gaps="cross").load(1)
        assert data.times["train"][0] == np.datetime64("2024-03-30T03")

    def test_a_given_format_settles_what_may_be_two(self, declare):
        dates = [f"{day:02d}/{month:02d}/2024" for month in range(1, 13) for day in (1, 2, 3, 4, 5)]
        data = declare("date,load", rows(dates), time="date", dates="%d/%m/%Y", gaps="cross").load(1)
        assert str(data.times["train"][0])[:10] == "2024-01-04"

    @pytest.mark.parametrize("option", [{"dates": "%d.%m.%Y"}, {"zone": "Europe/Berlin"}])
    def test_how_times_are_read_needs_their_column(self, declare, option):
        with pytest.raises(RequestError, match="describes the times: name their column with time="):
            declare("date,load", rows(days()), **option)

    @pytest.mark.parametrize("turned", [1, -1])
    def test_a_repeated_time_asks_for_the_series(self, declare, turned):
        table = [f"{day},{name},{n}" for n, day in enumerate(days(40)) for name in ("north", "south")][::turned]
        said = refusal(declare("date,site,load", table, time="date"))
        assert (
            f"repeats the time of row {2 if turned > 0 else 81}: if there are several series, name the column that"
            in said
        )
        assert said.endswith("group='site'")

    def test_two_columns_may_tell_series_apart(self, declare):
        table = [f"{day},{shop},{item},{n}" for shop in "ab" for item in "xy" for n, day in enumerate(days(40))]
        said = refusal(declare("date,shop,item,load", table, time="date"))
        assert said.endswith("the column that tells them apart: group= with one column that joins 'shop' and 'item'")
        assert "say time='date' and group= with one column that joins" in refusal(declare("date,shop,item,load", table))

    def test_a_repeated_hour_in_autumn_asks_for_the_time_zone(self, declare):
        hours = np.arange("2023-10-28T22", "2023-11-02T00", dtype="datetime64[h]")  # in UTC
        local = hours + np.where(hours < np.datetime64("2023-10-29T01"), 2, 1)
        said = refusal(declare("time,load", rows(local), time="time"))
        assert "the clock was put back; name the time zone with zone=" in said
        data = declare("time,load", rows(local), time="time", zone="Europe/Berlin").load(1)
        assert data.times["train"][0] == np.datetime64("2023-10-29T01")
        assert data.sheet.notices == ()


class TestGaps:
    def test_a_hole_is_a_notice_until_an_argument_settles_it(self, declare):
        table = [row for n, row in enumerate(rows(days(164))) if not 60 <= n < 95]
        (notice,) = declare("date,load", table, time="date").load(1).sheet.notices
        assert "about 35 steps are missing in 1 gap of the times (the first after row 61)" in notice
        assert notice.endswith("say gaps='split' or gaps='cross'")
        for settled in ("split", "cross"):
            assert declare("date,load", table, time="date", gaps=settled).load(1).sheet.notices == ()

    @pytest.mark.parametrize(("times", "hole"), [
        (np.arange("2024-01-01T00", 300, dtype="datetime64[h]"), slice(100, 103)),
        (np.busday_offset("2024-01-01", np.arange(300), roll="forward"), slice(100, 110)),
        (np.arange("1990-01", 300, dtype="datetime64[M]"), slice(100, 102)),
        (np.arange(300), slice(100, 102)),
    ])  # fmt: skip
    def test_no_window_and_no_target_crosses_a_hole(self, declare, times, hole):
        kept = np.delete(np.arange(300), hole)
        table = rows(times[kept], kept)
        data = declare("time,load", table, time="time", window=3, horizon=2, gaps="split").load(1)
        x = data.train[0][..., 0] * data.preparation["scale"][0] + data.preparation["mean"][0]
        np.testing.assert_allclose(np.diff(x, axis=1), 1, atol=1e-3)
        np.testing.assert_allclose(data.train[1] - x[:, -1], 2, atol=1e-3)
        crossing = declare("time,load", table, time="time", window=3, horizon=2, gaps="cross").load(1)
        assert len(crossing.train[1]) == len(data.train[1]) + 4
        assert len(declare("time,load", table, time="time", window=3).load(1).sheet.notices) == 1

    def test_rows_that_were_dropped_are_holes_without_times_too(self, declare):
        table = [f"{'' if n == 50 else n},1" for n in range(100)]
        dropped = declare("load,heat", table, missing="drop").load(1)
        assert dropped.sheet.notices == (
            "rows were left out in 1 places, and windows cross them: say gaps='split' or gaps='cross'",
        )
        assert (
            len(declare("load,heat", table, missing="drop", gaps="split").load(1).train[1]) == len(dropped.train[1]) - 4
        )

    def test_blank_lines_of_a_single_column_may_be_missing_values(self, declare):
        table = ["" if n == 50 else str(n) for n in range(100)]
        assert "the column has blank lines in 1 places" in declare("load", table).load(1).sheet.notices[0]
        assert declare("load,heat", [f"{cell},1" if cell else "" for cell in table]).load(1).sheet.notices == ()

    def test_weekends_and_holidays_are_no_holes(self, declare):
        weekdays = np.busday_offset("2024-01-01", np.arange(260), roll="forward", holidays=["2024-05-20"])
        data = declare("date,load", rows(weekdays), time="date").load(1)
        assert data.sheet.notices == ()
        assert data.sheet.facts["spacing"].startswith("1 day, ")

    def test_a_clock_that_goes_forward_is_a_notice_unless_the_zone_is_named(self, declare):
        local = np.delete(HOURS, 26)  # 2024-03-31, 2 o'clock in Berlin
        (notice,) = declare("time,load", rows(local), time="time").load(1).sheet.notices
        assert "the clock seems to go forward 1 time in local times: name the time zone with zone=" in notice
        zoned = declare("time,load", rows(local), time="time", zone="Europe/Berlin").load(1)
        assert (zoned.sheet.notices, zoned.sheet.facts["spacing"]) == ((), "1 hour")

    def test_the_sheet_has_the_first_and_last_date_of_every_split(self, declare):
        data = declare("date,load", rows(days()), time="date").load(1)
        assert data.sheet.facts["dates"] == {
            "train": "2024-01-01 to 2024-02-29", "validation": "2024-03-01 to 2024-03-20",
            "test": "2024-03-21 to 2024-04-09",
        }  # fmt: skip
        assert data.sheet.facts["windows"] == {split: len(data.pair(split)[1]) for split in SPLITS}


class TestUnusedTimes:
    def test_times_that_fall_are_to_be_named(self, declare):
        said = refusal(declare("date,load", rows(days())[::-1]))
        assert "the times in column 'date' fall from row to row (the newest first): say time='date'" in said
        assert len(declare("date,load", rows(days())[::-1], time="").load(1).train[1])

    def test_times_that_rise_are_a_fact(self, declare):
        data = declare("date,load", rows(days())).load(1)
        assert data.sheet.facts["looks like times"] == "column 'date' looks like times: say time='date'"
        assert data.sheet.notices == ()

    @pytest.mark.parametrize("below", [True, False])
    def test_several_series_are_to_be_named(self, declare, below):
        table = [f"{day},{name},{n}" for name in ("x", "y") for n, day in enumerate(days(50))]
        table = table if below else sorted(table)
        said = refusal(declare("date,site,load", table))
        assert "repeat for each 'site' (several series): say time='date' and group='site'" in said

    def test_series_below_each_other_without_names(self, declare):
        said = refusal(declare("date,load", rows(days(50)) * 2))
        assert "the times in column 'date' go back at row 52: say time='date', and group= if" in said

    def test_other_dates_do_not_matter(self, declare):
        born = np.random.default_rng(0).permutation(days())
        assert declare("born,load", rows(born)).load(1).sheet.notices == ()
