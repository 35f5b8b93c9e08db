"""export a saved model as a folder that works without the suite, or all runs to TensorBoard or MLflow"""

import argparse
from pathlib import Path

from suite.commands import warn
from suite.errors import RequestError
from suite.files.writing import whole_folder
from suite.results.folders import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "target",
        metavar="DIR[/TASK[/ARCHITECTURE]]",
        help="with --to, the cell to export; otherwise results/<experiment>",
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--to",
        metavar="FOLDER",
        help="write the Keras model, a SavedModel, the preprocessing, a model card and a prediction script here",
    )
    where.add_argument(
        "--to-tensorboard",
        metavar="FOLDER",
        help="write TensorBoard event files of all runs, with their hyperparameters, to this folder",
    )
    where.add_argument(
        "--to-mlflow", metavar="URI", help="log all runs to a tracking store: a server, a database or a folder"
    )


def execute(chosen: argparse.Namespace) -> int:
    """Write the export without overwriting files, and print what was written and where."""
    if chosen.to is not None:
        return _model(chosen.target, new_folder(chosen.to))
    store = existing(chosen.target)
    from suite.results.results import load

    results = load(store.root)
    if chosen.to_tensorboard is not None:
        from suite.deploy import tensorboard

        with whole_folder(new_folder(chosen.to_tensorboard)) as made:
            count, where = tensorboard.write(results, made), chosen.to_tensorboard
    else:
        from suite.deploy import mlflow

        count, where = mlflow.write(results, chosen.to_mlflow), chosen.to_mlflow
    print(f"{count} runs: {where}")
    return 0


def new_folder(path: str) -> Path:
    """Return the path of a folder. Raise RequestError unless it has a name, and is empty or does not exist."""
    folder = Path(path)
    if not folder.name:
        raise RequestError(f"'{path}' cannot become another folder: name a new one")
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise RequestError(f"'{path}' already exists: name another folder, or remove it")
    return folder


def _model(target: str, folder: Path) -> int:
    from suite.deploy.export import write
    from suite.deploy.saved_models import models

    place, saved, remarks = models(target)
    written = write(place, saved, folder)
    warn(remarks)
    print("\n".join(map(str, written)))
    return 0
