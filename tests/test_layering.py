"""The rooms of the house: a room imports only rooms with a smaller number, and TensorFlow has one door."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from repository import ROOT

GROUND = "errors seeds registry statistics text files backend environment"
ROOMS = dict.fromkeys(GROUND.split(), 0) | {
    "tasks": 2, "architectures": 3, "search": 4, "experiment": 5, "results": 6, "training": 7, "analysis": 7,
    "claims": 8, "deploy": 8, "runner": 9, "report": 9, "notebook": 10, "__init__": 11, "commands": 12, "cli": 13,
    "__main__": 14,
}  # fmt: skip
ACROSS = {("runner", "claims.preregistration")}  # the one way to a room that is not needed otherwise
HEAVY = {"tensorflow", "keras", "keras_tuner", "matplotlib", "seaborn"}
KERAS = {"keras", "keras_tuner"}
AT_THE_TOP = {"architectures": KERAS, "training": KERAS, "search": KERAS, "report": {"matplotlib", "seaborn"}}


def imports(path: Path, late: bool) -> set[str]:
    """The full names of what a file imports; with `late`, inside functions too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree)) if late else tree.body
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return names | {f"{node.module}.{alias.name}" for node in froms for alias in node.names}


def files(room: str) -> list[Path]:
    """The files of a room."""
    folder = ROOT / "suite" / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_below_it(room):
    for path in files(room):
        for name in imports(path, late=True):
            package, _, rest = name.partition(".")
            other = rest.partition(".")[0]
            if (
                package == "suite"
                and other in ROOMS
                and other != room
                and (room, rest.rpartition(".")[0]) not in ACROSS
            ):
                assert ROOMS[other] < ROOMS[room] or ROOMS[room] == 0, f"{path.relative_to(ROOT)} imports {name}"


def test_every_file_belongs_to_a_room():
    assert {path.stem for path in (ROOT / "suite").iterdir() if path.name not in ("__pycache__", "py.typed")} <= {
        *ROOMS
    }


def test_no_file_imports_itself_by_a_way_round():
    """No circle between files, late imports included."""
    paths = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in (ROOT / "suite").rglob("*.py")}
    modules = {name.removesuffix(".__init__"): path for name, path in paths.items()}
    known = {
        name: {found for one in imports(path, late=True) if (found := module_of(one, modules))}
        for name, path in modules.items()
    }
    while leaves := [name for name, needed in known.items() if not needed & set(known) - {name}]:
        for name in leaves:
            del known[name]
    assert not known


def module_of(name: str, modules: dict[str, Path]) -> str | None:
    """The module that an imported name is, or lies in."""
    return name if name in modules else next((m for m in [name.rpartition(".")[0]] if m in modules), None)


@pytest.mark.parametrize("room", ROOMS)
def test_heavy_packages_are_imported_at_the_top_only_where_they_are_the_work(room):
    for path in files(room):
        found = {name.partition(".")[0] for name in imports(path, late=False)} & HEAVY
        assert found <= AT_THE_TOP.get(room, set()), f"{path.relative_to(ROOT)} imports {found}"


def test_tensorflow_is_named_in_one_place():
    named = {
        path.stem
        for path in (ROOT / "suite").rglob("*.py")
        if any(name.partition(".")[0] == "tensorflow" for name in imports(path, late=True))
    }
    assert named == {"backend"}


@pytest.mark.parametrize(
    "work",
    [
        "import suite; suite.Experiment(['adding-50'], ['lstm'])",
        "from suite.cli import main; main(['list']); main(['list', '--json'])",
        "from suite.cli import main; assert main(['status', 'nowhere']) == 2",
        "from suite.cli import main; assert main(['run', 'nowhere.py']) == 2",
        "import suite.runner.runner, suite.results.results, suite.report",
    ],
)
def test_nothing_heavy_is_imported_where_none_is_needed(work):
    check = f"import sys; assert not {KERAS | {'tensorflow'}} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", f"{work}\n{check}"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
