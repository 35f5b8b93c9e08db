"""Loading: load an experiment from a Python file, which may declare its own tasks, architectures and metrics."""

import importlib.util
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import cloudpickle

from suite import backend
from suite.architectures.architecture import ARCHITECTURES
from suite.errors import RequestError, closest, closest_keyword, message
from suite.experiment.experiment import Experiment
from suite.experiment.shipped import shipped
from suite.process.endings import is_by_a_person
from suite.tasks.metrics import METRICS
from suite.tasks.task import TASKS


@closest_keyword
def load_experiment(path: str | Path) -> Experiment:
    """Return the object named `experiment` in a Python file; the experiment is named after the file.

    Where there is no such file, the name of a study that comes with the suite, such as "quick", stands for its file.
    Tasks, architectures and metrics declared in the file belong to this experiment only. They are pickled by value, so
    that workers can load them. Raise RequestError if the file is missing, fails to import, or defines no experiment.
    """
    path = file_of(path)
    if not path.is_file():
        there = [str(file) for file in path.parent.glob("*.py")] if path.parent.is_dir() else []
        raise RequestError(f"no experiment file '{path}': {closest(str(path), there)}")
    module = _import_file(path.resolve())
    experiment = getattr(module, "experiment", None)
    if not isinstance(experiment, Experiment):
        raise RequestError(f"'{path}' defines no experiment: end it with `experiment = Experiment(...)`")
    description = experiment.description or (module.__doc__ or "").strip()
    return replace(experiment, name=path.stem, description=description, file=str(path.resolve()))


def file_of(path: str | Path) -> Path:
    """Return the path of the file that `load_experiment` runs, whether or not it exists."""
    return Path(path) if Path(path).is_file() else shipped(str(path)) or Path(path)


def _import_file(path: Path) -> ModuleType:
    for registry in (TASKS, ARCHITECTURES, METRICS):
        registry.forget(str(path))
    spec = importlib.util.spec_from_file_location(f"suite_experiment_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise RequestError(f"'{path}' is not a Python file: an experiment's file ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    content = path.read_bytes()
    backend.expect_import(content)
    try:  # compiled anew each time: a file that changes twice within a second is no older one, and gets no __pycache__
        exec(compile(content, str(path), "exec", dont_inherit=True), module.__dict__)
        cloudpickle.register_pickle_by_value(module)
    except BaseException as error:  # the user's file may raise anything, and call `sys.exit`
        if is_by_a_person(error):
            raise
        raise RequestError(_located(path, error)) from error
    return module


def _located(path: Path, error: BaseException) -> str:
    """Return the message of an error raised by importing a file, with the file and the line."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    where = f"'{path}', line {lines[-1]}" if lines else f"'{path}'"
    if isinstance(error, RequestError):
        return str(error) if str(path) in str(error) else f"{where}: {error}"
    return f"{where} failed to import: {': '.join(filter(None, (type(error).__name__, message(error))))}"
