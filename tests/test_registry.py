"""Entries are found by name, clashes name both places, a broken plugin hides nothing else."""

import importlib.metadata
import re
import sys
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any

import pytest

from suite.architectures.architecture import ARCHITECTURES
from suite.errors import RequestError, check_name
from suite.process.places import place_of
from suite.registry import Registry
from suite.tasks.task import TASKS


@dataclass(frozen=True)
class Thing:
    name: str
    place: str = "here.py:1"
    function: Any = None

    def names(self):
        return [self.name]

    def find(self, name):
        return self if name == self.name else None


@pytest.fixture
def things(tmp_path, monkeypatch):
    """A registry whose built-ins are the package `shelf`."""
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield Registry("thing", "shelf")
    for module in [name for name in sys.modules if name.split(".")[0] in ("shelf", "stranger")]:
        del sys.modules[module]


def test_an_entry_is_found_by_its_name(things):
    things.add(Thing("lamp"))
    assert things.get("lamp") == Thing("lamp")
    assert things.names() == ["lamp"]
    assert "lamp" in things
    assert "lmap" not in things


def test_an_unknown_name_suggests_the_closest(things):
    things.add(Thing("lamp"))
    with pytest.raises(RequestError, match="unknown thing 'lmap': did you mean 'lamp'"):
        things.get("lmap")


def test_a_name_far_from_all_lists_them(things):
    things.add(Thing("lamp"))
    with pytest.raises(RequestError, match="unknown thing 'wardrobe': available: lamp"):
        things.get("wardrobe")


def test_a_name_registered_twice_names_both_places(things):
    things.add(Thing("lamp", "one.py:1"))
    with pytest.raises(RequestError, match=r"'lamp' is registered twice: one\.py:1 and two\.py:2"):
        things.add(Thing("lamp", "two.py:2"))


class TestDeclaredAgain:
    @pytest.fixture
    def execute(self, things):
        """Executes a file, or a cell, that declares things: a line for each."""

        def declare(file, *names):
            lines = [f"things.add(Thing({name!r}, {f'{file}:{line}'!r}))" for line, name in enumerate(names, 1)]
            exec(compile("\n".join(lines), file, "exec"), {"things": things, "Thing": Thing})

        return declare

    def test_a_file_replaces_what_it_declared(self, things, execute):
        execute("mine.py", "lamp")
        execute("mine.py", "chair", "lamp")
        assert things.get("lamp").place == "mine.py:2"

    @pytest.mark.parametrize("cell", ["/tmp/ipykernel_12/56.py", r"C:\Temp\ipykernel_12\56.py", "<stdin>"])
    def test_a_cell_replaces_what_a_cell_declared(self, things, execute, cell):
        execute("/tmp/ipykernel_12/34.py", "lamp")
        execute(cell, "lamp")
        assert things.get("lamp").place == f"{cell}:1"

    def test_a_line_says_that_another_function_took_the_name(self, things, capsys):
        for which in ("first", "first", "second"):
            source = f"def {which}(): {len(which)}\nthings.add(Thing('lamp', 'cell:1', {which}))"
            exec(compile(source, "<stdin>", "exec"), {"things": things, "Thing": Thing})
        said = "suite: thing 'lamp' is second() from now on, no longer first()\n"
        assert capsys.readouterr().err == said

    @pytest.mark.parametrize("first", ["one.py", "/tmp/ipykernel_12/34.py"])
    def test_another_file_is_refused_and_both_places_are_named(self, things, execute, first):
        execute(first, "lamp")
        with pytest.raises(RequestError, match=rf"'lamp' is registered twice: {re.escape(first)}:1 and two\.py:1"):
            execute("two.py", "lamp")
        assert things.get("lamp").place == f"{first}:1"

    def test_one_execution_declares_a_name_once(self, execute):
        with pytest.raises(RequestError, match=r"'lamp' is registered twice: mine\.py:1 and mine\.py:2"):
            execute("mine.py", "lamp", "lamp")

    def test_a_reloaded_plugin_remains_a_plugin(self, things, execute):
        execute("plugin.py", "lamp")
        things.origins["plugin.py:1"] = "lamps 1.0"
        execute("plugin.py", "chair", "lamp")
        assert things.origin(things.get("lamp")) == "lamps 1.0"


def test_forgetting_a_file_drops_only_its_entries(things):
    things.add(Thing("lamp", "one.py:1"))
    things.add(Thing("chair", "two.py:1"))
    things.forget("one.py")
    assert things.names() == ["chair"]


class TestPlugins:
    @pytest.fixture
    def plugin(self, tmp_path, monkeypatch, things):
        """Installs `stranger.py` as a plugin with the content given."""

        def install(content):
            (tmp_path / "stranger.py").write_text(content)
            point = importlib.metadata.EntryPoint("stranger", "stranger", "shelf")
            monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [point] if group == "shelf" else [])
            monkeypatch.setattr(sys, "shelf_registry", things, raising=False)

        return install

    def test_a_plugin_adds_entries_by_being_imported(self, things, plugin):
        plugin("import sys\nfrom types import SimpleNamespace as N\n"
               "sys.shelf_registry.add(N(name='vase', place='stranger.py:1', names=lambda: ['vase'], "
               "find=lambda name: name == 'vase'))\n")  # fmt: skip
        assert things.names() == ["vase"]

    def test_a_broken_plugin_is_quoted_and_hides_nothing(self, things, plugin):
        plugin("raise RuntimeError('no licence found')\n")
        things.add(Thing("lamp"))
        assert things.get("lamp") == Thing("lamp")
        with pytest.raises(RequestError, match="did you mean 'lamp'.*stranger failed to import: .*no licence found"):
            things.get("lmap")

    def test_a_plugin_that_clashes_is_broken_and_the_first_stays(self, things, plugin):
        things.add(Thing("lamp", "mine.py:1"))
        plugin("import sys\nfrom types import SimpleNamespace as N\n"
               "sys.shelf_registry.add(N(name='lamp', place='stranger.py:1', names=lambda: ['lamp'], "
               "find=lambda name: name == 'lamp'))\n")  # fmt: skip
        assert things.get("lamp").place == "mine.py:1"
        assert "mine.py:1 and stranger.py:1" in things.broken["stranger"]

    def test_a_built_in_entry_that_a_broken_plugin_imported_first_stays(self, things, plugin):
        plugin("import sys\nfrom types import SimpleNamespace as N\nfrom suite.errors import SUITE\n"
               "sys.shelf_registry.add(N(name='lamp', place=f'{SUITE}/lamps.py:1', names=lambda: ['lamp'], "
               "find=lambda name: name == 'lamp'))\nraise RuntimeError('no licence found')\n")  # fmt: skip
        assert things.names() == ["lamp"]


@pytest.mark.parametrize("name", ["", "../up", "a/b", "-dash", "a b", "x\n", "ü"])
def test_names_that_cannot_be_folders_are_refused(name):
    with pytest.raises(RequestError, match="letters, digits"):
        check_name("task", name, "here.py:1")


def test_what_is_called_has_a_place_however_it_is_wrapped():
    class Callable:
        def __call__(self, seed):
            return seed

    def function(seed):
        return seed

    here = f"{__file__}:{function.__code__.co_firstlineno}"
    assert place_of(function) == place_of(partial(partial(function), seed=1)) == here
    assert place_of(Callable()) == f"{__file__}:{Callable.__call__.__code__.co_firstlineno}"
    assert place_of(itemgetter(1)) == "operator.itemgetter(1):0"


def test_the_built_ins_are_registered():
    assert {"speech-like", "sentiment-like", "sp500-volatility", "sp500-return"} < set(TASKS.names())
    assert {f"recall-{n}" for n in (10, 30, 100)} | {f"adding-{n}" for n in (50, 100, 200)} < set(TASKS.names())
    assert {"simple-rnn", "lstm", "gru"} <= set(ARCHITECTURES.names())
