"""a kept model as a folder that needs no suite, or all runs for TensorBoard or MLflow"""

import argparse
import sys
from pathlib import Path

from suite.errors import RequestError
from suite.results.store import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "target", metavar="DIR[/TASK[/ARCHITECTURE]]", help="a cell for --to, else results/<experiment>"
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--to", metavar="FOLDER", help="model, SavedModel, preparation, model card and a script")
    where.add_argument("--to-tensorboard", metavar="FOLDER", help="event files of all runs, with HParams")
    where.add_argument("--to-mlflow", metavar="URI", help="all runs in a tracking store: a server, database or folder")


def execute(chosen: argparse.Namespace) -> int:
    """Writes and says what was written where; over nothing that is there."""
    if chosen.to:
        return _model(chosen.target, new_folder(chosen.to))
    store = existing(chosen.target)
    from suite.results.results import load

    results = load(store.root)
    if chosen.to_tensorboard:
        from suite.deploy import tensorboard

        count, where = tensorboard.write(results, new_folder(chosen.to_tensorboard)), chosen.to_tensorboard
    else:
        from suite.deploy import mlflow

        count, where = mlflow.write(results, chosen.to_mlflow), chosen.to_mlflow
    print(f"{count} runs: {where}")
    return 0


def new_folder(path: str) -> Path:
    """A path where nothing is yet, or an empty folder; raises RequestError else."""
    folder = Path(path)
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise RequestError(f"'{path}' is there already: name another folder, or remove it")
    return folder


def _model(target: str, folder: Path) -> int:
    from suite.deploy.export import write
    from suite.deploy.saved_models import models

    place, kept, said = models(target)
    for line in said:
        print(f"suite: {line}", file=sys.stderr)
    print("\n".join(map(str, write(place, kept, folder))))
    return 0
