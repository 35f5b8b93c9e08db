"""`suite list` fits the terminal, says everything about one entry, and keeps its JSON keys."""

import json

import pytest

from suite.architectures.architecture import ARCHITECTURES
from suite.cli import main
from suite.commands.list import fitted
from suite.tasks.task import TASKS


@pytest.fixture
def listed(capsys, monkeypatch):
    """Return a function that gives the lines of `suite list` in a terminal of some width."""

    def run(*arguments, width=80):
        monkeypatch.setenv("COLUMNS", str(width))
        assert main(["list", *arguments]) == 0
        return capsys.readouterr().out.splitlines()

    return run


class TestJson:
    def test_both_keys_are_there_with_every_field(self, capsys):
        assert main(["list", "--json"]) == 0
        listed = json.loads(capsys.readouterr().out)
        assert [entry["name"] for entry in listed["tasks"]] == TASKS.names()
        assert [entry["name"] for entry in listed["architectures"]] == ARCHITECTURES.names()
        fields = {"name", "family", "kind", "metric", "direction", "data", "availability", "source"}
        assert all(set(entry) == fields for entry in listed["tasks"])
        assert {entry["availability"] for entry in listed["tasks"]} <= {"offline", "cached", "download"}
        assert all(set(entry) == {"name", "source"} for entry in listed["architectures"])

    @pytest.mark.parametrize(("what", "other"), [("tasks", "architectures"), ("architectures", "tasks")])
    def test_one_kind_alone_leaves_the_other_key_empty(self, capsys, what, other):
        assert main(["list", what, "--json"]) == 0
        listed = json.loads(capsys.readouterr().out)
        assert listed[what]
        assert listed[other] == []

    def test_a_name_alone_gives_its_entry(self, capsys):
        assert main(["list", "gru", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {
            "tasks": [],
            "architectures": [{"name": "gru", "source": "suite"}],
        }


class TestTable:
    @pytest.mark.parametrize("width", [40, 80, 120, 200])
    def test_one_line_per_entry_fits_the_terminal(self, listed, width):
        lines = listed(width=width)
        assert {line.split()[0] for line in lines if line} >= {*TASKS.names(), *ARCHITECTURES.names()}
        assert max(map(len, lines)) <= width

    def test_80_columns_show_what_a_choice_starts_from(self, listed):
        assert listed("tasks")[0].split() == ["task", "family", "kind", "metric", "available"]
        assert listed("architectures")[0].split() == ["architecture", "per", "step", "source", "description"]

    def test_a_wide_terminal_has_everything(self, listed, monkeypatch, tmp_path):
        monkeypatch.setenv("SUITE_DATA", str(tmp_path))
        (spoken,) = (line for line in listed("tasks", width=400) if line.startswith("spoken-digits "))
        for part in ("speech", "majority", "order-free", "not known", "download", "CC BY-SA 4.0", "Free Spoken Digit"):
            assert part in spoken

    @pytest.mark.parametrize(
        ("width", "lines"),
        [
            (60, ["task  what", "one   a description of more than twenty characters"]),
            (30, ["task  what", "one   a description of more t…"]),
            (25, ["task", "one"]),
            (1, ["task", "one"]),
        ],
    )
    def test_the_last_column_is_shortened_or_left_out(self, width, lines):
        assert fitted([("task", "what"), ("one", "a description of more than twenty characters")], width) == lines


class TestDetails:
    def test_a_task_has_every_fact_within_the_terminal(self, listed):
        lines = listed("prices-lagged", width=60)
        assert max(map(len, lines)) <= 60
        facts = dict(line.split("  ", 1) for line in lines if line[0] != " ")
        assert {name: value.strip() for name, value in facts.items()}.items() >= {
            "family": "controls", "baseline": "zero", "trained baseline": "lags", "best possible": "0.64",
            "available": "offline", "licence": "none (generated)", "source": "suite",
        }.items()  # fmt: skip

    def test_any_length_of_a_sweep_has_them(self, listed):
        assert listed("adding-75")[0].split() == ["name", "adding-75"]

    def test_an_architecture_has_its_whole_description(self, listed):
        assert ARCHITECTURES.get("gru").description in " ".join(" ".join(listed("gru")).split())


def test_a_broken_plugin_is_a_line_on_standard_error(capsys, monkeypatch):
    monkeypatch.setitem(TASKS.broken, "stranger", "ImportError: no module\nnamed 'strange'")
    assert main(["list"]) == 0
    assert (
        "suite: plugin stranger failed to import: ImportError: no module named 'strange'\n" in capsys.readouterr().err
    )
