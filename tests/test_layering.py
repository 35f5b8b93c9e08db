"""The rooms of the house: a room imports only rooms with a smaller number, and TensorFlow has one door."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from repository import ROOT

GROUND = "errors seeds registry statistics text files process backend environment"
ROOMS = dict.fromkeys(GROUND.split(), 0) | {
    "tasks": 1, "recipes": 2, "check": 3, "architectures": 3, "search": 4, "experiment": 5, "results": 6, "training": 7,
    "analysis": 7, "claims": 8, "deploy": 8, "runner": 9, "report": 9, "notebook": 10, "__init__": 11, "commands": 12,
    "cli": 13, "__main__": 14,
}  # fmt: skip
ACROSS = {("runner", "claims.preregistration")}  # the only import from a room that is not needed for anything else
HEAVY = {"tensorflow", "keras", "keras_tuner", "matplotlib", "seaborn"}
KERAS = {"keras", "keras_tuner"}
AT_THE_TOP = {
    "architectures": KERAS, "training": KERAS, "search": KERAS, "report/figures": {"matplotlib", "seaborn"},
}  # fmt: skip


@cache
def both_imports(path: Path) -> tuple[set[str], set[str]]:
    """Return the full names of what a file imports: at its top, and inside functions too."""
    top = ast.parse(path.read_text(encoding="utf-8")).body
    every = list[ast.AST](top)
    for one in every:  # it grows meanwhile; no expression contains an import
        every += [inner for inner in ast.iter_child_nodes(one) if not isinstance(inner, ast.expr)]
    return names(top), names(every)


def names(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the full names that these statements import."""
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return whole | {f"{node.module}.{alias.name}" for node in froms for alias in node.names}


def imports(path: Path, late: bool) -> set[str]:
    """Return the full names of what a file imports; with `late`, inside functions too."""
    return both_imports(path)[late]


def files(room: str = "") -> list[Path]:
    """Return the files of a room, or of all."""
    folder = ROOT / "suite" / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_below_it(room):
    for path in files(room):
        for name in imports(path, late=True):
            package, other, *rest = f"{name}..".split(".")
            if package == "suite" and other not in (room, "") and (room, f"{other}.{rest[0]}") not in ACROSS:
                allowed = ROOMS[other] < ROOMS[room] or ROOMS[room] == 0
                assert allowed, f"{path.relative_to(ROOT)} imports {name}"


def test_every_file_belongs_to_a_room():
    assert {path.relative_to(ROOT / "suite").parts[0].removesuffix(".py") for path in files()} == set(ROOMS)


def test_no_file_imports_itself_by_a_way_round():
    paths = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files()}
    needs = {name: {found if found in paths else found.rpartition(".")[0] for found in imports(path, late=True)}
             for name, path in paths.items()}  # fmt: skip
    while leaves := [name for name, needed in needs.items() if not needed & set(needs) - {name}]:
        for name in leaves:
            del needs[name]
    assert not needs


def test_heavy_packages_are_imported_at_the_top_only_where_they_are_the_work():
    for path in files():
        place = path.relative_to(ROOT / "suite").as_posix()
        allowed = [packages for folder, packages in AT_THE_TOP.items() if place.startswith(f"{folder}/")]
        found = {name.partition(".")[0] for name in imports(path, late=False)} & HEAVY
        assert found <= set().union(*allowed), f"{place} imports {found}"


def test_tensorflow_is_named_in_one_place():
    named = [path for path in files() if any(name.split(".")[0] == "tensorflow" for name in imports(path, late=True))]
    assert named == [ROOT / "suite" / "backend.py"]
