"""The data sheet of a task: facts in order, notices after them, and never more than ten names."""

from suite.tasks.sheet import Sheet


def test_facts_keep_their_order_and_empty_ones_are_left_out():
    sheet = Sheet().plus(rows={"read": 1600, "dropped": 3}, ignored_columns=[], spacing="1 day")
    assert sheet.lines() == ["rows: read 1,600, dropped 3", "spacing: 1 day"]


def test_notices_come_last_and_ask_to_be_checked():
    sheet = Sheet().plus("two days are missing: say gaps=", "", rows=5).plus(groups=["ann", "bob"])
    assert sheet.lines()[-1] == "please check: two days are missing: say gaps="
    assert len(sheet.notices) == 1


def test_a_long_list_shows_ten_names():
    assert Sheet({"classes": [f"c{n}" for n in range(12)]}).lines()[0].endswith("c9 and 2 more")
