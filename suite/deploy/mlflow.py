"""MLflow: writes every run of an experiment to a tracking store, with parameters, metrics and curves."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

from suite.deploy.tracked_runs import Tracked, install, text, tracked
from suite.errors import RequestError
from suite.files.paths import real
from suite.files.unfinished import ENDING, beginning, is_abandoned
from suite.results.results import Results

# allow a folder as the store, for people without a server; telemetry would wait for another machine
QUIET = {"MLFLOW_ALLOW_FILE_STORE": "true", "MLFLOW_DISABLE_TELEMETRY": "true"}
METRICS_AT_ONCE = 1000


def write(results: Results, uri: str) -> int:
    """Log all runs to a new experiment of the tracking store at `uri`, and return the number of runs.

    `uri`: a server, a database or a folder. The new experiment gets the name of the results' experiment. Raise
    RequestError if that name already exists, or if the store cannot be used.
    """
    if not uri:
        raise RequestError("no tracking store is named: name a server, a database or a folder")
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException
    except ImportError as error:
        raise RequestError(install("mlflow", "mlflow")) from error
    runs, name = list(tracked(results)), results.experiment.name or real(results.store.root).name
    try:
        client = MlflowClient(tracking_uri=uri if "://" in uri else real(uri).as_uri())
        if client.get_experiment_by_name(name):
            raise RequestError(f"'{uri}' already has an experiment '{name}': remove it there, or name another store")
        with _unfinished(client, name) as experiment:
            for run in runs:
                _log(client, experiment, run)
    except (MlflowException, ValueError) as error:
        raise RequestError(f"MLflow cannot write to '{uri}': {error}") from error
    return len(runs)


@contextmanager
def _unfinished(client: Any, name: str) -> Generator[str]:
    """Yield the id of a new experiment, which gets its name when all goes well, and is deleted when anything fails.

    Those that killed commands of this host left under other names are deleted first.
    """
    for left in client.search_experiments(filter_string=f"name LIKE '.%{ENDING}'"):
        if is_abandoned(left.name):
            client.delete_experiment(left.experiment_id)
    experiment = client.create_experiment(f"{beginning(Path(name))}{token_hex(4)}{ENDING}")
    try:
        yield experiment
        client.rename_experiment(experiment, name)
    except BaseException:
        client.delete_experiment(experiment)
        raise


def _log(client: Any, experiment: str, run: Tracked) -> None:
    from mlflow.entities import Metric, Param

    tags = {f"suite.{key}": str(value) for key, value in run.about.items()}
    begun, ended = (int(1000 * moment) for moment in (run.begun, run.ended))
    started = client.create_run(experiment, start_time=begun, tags=tags, run_name=run.id).info.run_id
    client.log_batch(started, params=[Param(name, text(value)) for name, value in run.hyperparameters.items()])
    metrics = [Metric(name, value, begun, epoch) for name, epoch, value in run.curves]
    metrics += [Metric(name, value, ended, run.epoch) for name, value in run.metrics.items()]
    for first in range(0, len(metrics), METRICS_AT_ONCE):
        client.log_batch(started, metrics=metrics[first : first + METRICS_AT_ONCE])
    client.set_terminated(started, status="FINISHED" if run.ok else "FAILED", end_time=ended)
