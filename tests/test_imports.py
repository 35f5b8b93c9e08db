"""`import suite` shows every public name, and neither it nor a command imports more than it needs."""

import json
import subprocess
import sys
from importlib.metadata import version

import pytest

import suite

TENSORFLOW = {"tensorflow", "keras", "keras_tuner"}
DRAWING = {"matplotlib", "seaborn"}
ANALYSIS = {"pandas", "scipy.stats", "sklearn", "dask", "distributed", "rich"}
STEPS = {  # in this order, in one process: what the first need not import, the last may
    "suite.Experiment(['adding-50'], ['lstm']), suite.__version__, dir(suite)": TENSORFLOW | DRAWING | ANALYSIS,
    "main(['run', 'nowhere.py']), main(['status', 'nowhere'])": TENSORFLOW | DRAWING | ANALYSIS,
    "main(['list']), main(['list', '--json']), main(['list', 'gru'])": TENSORFLOW | DRAWING | ANALYSIS,
    "main(['status', 'study']), main(['trials', 'study'])": TENSORFLOW | DRAWING,
    "main(['claims', 'study']), main(['best', 'study']), main(['diff', 'study', 'study'])": TENSORFLOW | DRAWING,
    "main(['export', 'study', '--to-tensorboard', 'board'])": TENSORFLOW | DRAWING,
    "suite.run, suite.load('study').claims(), suite.load('study').compare('lstm', 'gru')": TENSORFLOW | DRAWING,
    "importlib.import_module('suite.runner.looks').look_at(suite.load('study'), 'adding-50', 1)": TENSORFLOW | DRAWING,
    "importlib.import_module('suite.deploy.saved_models'), importlib.import_module('suite.report')": TENSORFLOW
    | DRAWING,
    "importlib.import_module('suite.deploy.predict')": DRAWING,
}


@pytest.fixture(scope="module")
def imported(records, tmp_path_factory):
    """Return what each step left imported, of all that is heavy."""
    folder = tmp_path_factory.mktemp("imports")
    records.write_study(folder / "study", trials=1, seeds=3, tasks=("adding-50",))
    script = (
        "import contextlib, importlib, io, json, sys\nimport suite\nfrom suite.cli import main\nfound = {}\n"
        f"for step in {list(STEPS)!r}:\n"
        "    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):\n"
        "        eval(step)\n"
        f"    found[step] = sorted({TENSORFLOW | DRAWING | ANALYSIS!r} & set(sys.modules))\n"
        "print(json.dumps(found))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (folder / "board").is_dir()
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_nothing_is_imported_where_it_is_not_needed(imported, step):
    assert STEPS[step] & set(imported[step]) == set()


def test_every_public_name_is_shown_and_there():
    assert {"run", "load", "__version__", *suite.__all__} <= set(dir(suite))
    assert all(getattr(suite, name) is not None for name in suite.__all__)


@pytest.mark.parametrize("name", sorted({*suite.__all__} - {"Fold", "RequestError"}))
def test_an_unknown_keyword_is_refused_in_one_line_that_names_the_call(name):
    with pytest.raises(suite.RequestError, match=f"^{name} takes no 'nonsense': (available|did you mean)"):
        getattr(suite, name)(nonsense=1)


def test_the_version_is_that_of_the_installed_package():
    assert suite.__version__ == version("sequence-suite")
