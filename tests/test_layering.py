"""The rooms of the house: imports run one way, and what needs no TensorFlow imports none."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = Path(__file__).parent.parent / "suite"
# A module may import from modules of its own line and of the lines above it.
FLOORS = [
    {"errors"},
    {"registry", "asked", "halving", "declared", "store", "statistics", "backend", "audio", "archive", "splits"},
    {"agreement", "events", "importance", "scale"},
    {"aggregates", "blocks", "retention", "verdicts"},
    {"data", "lock", "interruption"},
    {"prepared"},
    {"vocabulary"},
    {"task_data"},
    {"task_checks"},
    {"task", "architecture"},
    {"series", "shapes"},
    {"stored"},
    {"metrics", "results", "status", "layers", "listing", "look", "answers"},
    {"steps", "trained_baseline"},
    {"baselines", "tasks", "architectures", "experiment", "own", "comparisons", "across", "wording"},
    {"description", "experiment_file"},
    {"claims", "recommendations", "trials", "tuning", "differences", "dates", "noise"},
    {"winner", "plots"},
    {
        "model",
        "train",
        "answering",
        "fit",
        "gradients",
        "search",
        "spaces",
        "report",
        "check",
        "scores",
        "verification",
    },
    {"kept"},
    {"prediction", "export"},
    {"outdated"},
    {"plan", "preparing", "engine"},
    {"engines"},
    {"costs", "merging", "reuse", "tasting"},
    {"progress", "order"},
    {"runner", "forecast"},
    {"rehearsal"},
    {"commands"},
    {"cli", "__init__"},
    {"__main__"},
]
BACKEND_ROOMS = {"layers", "steps", "model", "answering", "fit", "gradients", "search", "spaces"}


def room(path: Path) -> str:
    return path.relative_to(SUITE).with_suffix("").parts[0]


def suite_imports(tree: ast.AST, top: bool) -> set[str]:
    nodes = tree.body if top else ast.walk(tree)
    found = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    found |= {
        f"suite.{a.name}" for n in nodes if isinstance(n, ast.ImportFrom) and n.module == "suite" for a in n.names
    }
    found |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return found


@pytest.mark.parametrize("path", sorted(SUITE.rglob("*.py")), ids=lambda path: str(path.relative_to(SUITE)))
class TestModule:
    def test_it_imports_from_its_own_floor_or_below(self, path):
        floor = {name: level for level, names in enumerate(FLOORS) for name in names}
        imported = suite_imports(ast.parse(path.read_text()), top=True)
        rooms = {name.split(".")[1] for name in imported if name.startswith("suite.")} & set(floor)
        assert {name for name in rooms if floor[name] > floor[room(path)]} == set()

    def test_it_imports_the_backend_at_the_top_only_where_models_are_made(self, path):
        heavy = {"tensorflow", "keras", "keras_tuner"}
        imported = {name.split(".")[0] for name in suite_imports(ast.parse(path.read_text()), top=True)}
        assert not imported & heavy or room(path) in BACKEND_ROOMS

    def test_tensorflow_is_named_in_one_place(self, path):
        imported = {name.split(".")[0] for name in suite_imports(ast.parse(path.read_text()), top=False)}
        assert "tensorflow" not in imported or room(path) == "backend"


@pytest.mark.parametrize(
    "work",
    [
        "import suite; suite.Experiment(['adding-50'], ['lstm'])",
        "from suite.cli import main; main(['list']); main(['list', '--json'])",
        "from suite.cli import main; assert main(['status', 'nowhere']) == 2",
        "from suite.cli import main; assert main(['run', 'nowhere.py']) == 2",
        "import suite.runner, suite.results, suite.report",
    ],
)
def test_no_tensorflow_where_none_is_needed(work):
    check = "import sys; assert not {'tensorflow', 'keras', 'keras_tuner'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", f"{work}\n{check}"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
