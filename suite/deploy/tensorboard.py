"""TensorBoard: a folder of event files, one a run, with scalars and hyperparameters; written without TensorFlow."""

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from suite.deploy.tracked_runs import Tracked, install, tracked
from suite.errors import RequestError
from suite.files import write_atomically
from suite.results.results import Results

VERSION = "brain.Event:2"


def write(results: Results, folder: Path) -> int:
    """Writes `<folder>/<task>/<architecture>/<run>/events.out.tfevents.*` and returns the number of runs.

    Curves are scalars by epoch, metrics are scalars at the best epoch, hyperparameters those of the HParams plugin.
    """
    try:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.summary.writer.record_writer import RecordWriter
    except ImportError as error:
        raise RequestError(install("tensorboard", "tensorboard")) from error
    runs = list(tracked(results))
    sessions = {folder: [(runs[0].begun, 0, _experiment(runs))]}
    sessions |= {folder / run.id: list(_session(run)) for run in runs}
    for place, summaries in sessions.items():
        begun, content = summaries[0][0], io.BytesIO()
        writer = RecordWriter(content)
        writer.write(Event(wall_time=begun, file_version=VERSION).SerializeToString())
        for moment, step, summary in summaries:
            writer.write(Event(wall_time=moment, step=step, summary=summary).SerializeToString())
        write_atomically(place / f"events.out.tfevents.{int(begun):010d}.suite", content.getvalue())
    return len(runs)


def _session(run: Tracked) -> Iterator[tuple[float, int, Any]]:
    """Time, step and summary of everything there is to say of a run, in order."""
    from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2

    start = plugin_data_pb2.SessionStartInfo(group_name=run.id, start_time_secs=run.begun)
    for name, value in (run.about | run.hyperparameters).items():
        start.hparams[name].MergeFrom(_value(value))
    yield run.begun, 0, _hparams(metadata.SESSION_START_INFO_TAG, session_start_info=start)
    for name, values in run.curves.items():
        for epoch, value in enumerate(values, start=1):
            if value is not None:
                yield run.begun, epoch, _scalar(name, value)
    for name, value in run.metrics.items():
        yield run.ended, run.epoch, _scalar(name, value)
    status = api_pb2.STATUS_SUCCESS if run.ok else api_pb2.STATUS_FAILURE
    end = plugin_data_pb2.SessionEndInfo(status=status, end_time_secs=run.ended)
    yield run.ended, 0, _hparams(metadata.SESSION_END_INFO_TAG, session_end_info=end)


def _experiment(runs: Sequence[Tracked]) -> Any:
    """What hyperparameters and metrics there are in any of the runs."""
    from tensorboard.plugins.hparams import api_pb2, metadata

    settings: dict[str, Any] = {}
    for run in runs:
        settings |= run.about | run.hyperparameters
    experiment = api_pb2.Experiment(time_created_secs=runs[0].begun)
    for name, value in settings.items():
        kind = _value(value).WhichOneof("kind")
        of = {"bool_value": api_pb2.DATA_TYPE_BOOL, "number_value": api_pb2.DATA_TYPE_FLOAT64}
        experiment.hparam_infos.add(name=name, type=of.get(kind, api_pb2.DATA_TYPE_STRING))
    for name in dict.fromkeys(name for run in runs for name in run.metrics):
        experiment.metric_infos.add(name=api_pb2.MetricName(tag=name))
    return _hparams(metadata.EXPERIMENT_TAG, experiment=experiment)


def _hparams(tag: str, **content: Any) -> Any:
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.plugins.hparams import metadata, plugin_data_pb2

    known = metadata.create_summary_metadata(plugin_data_pb2.HParamsPluginData(**content))
    return Summary(value=[Summary.Value(tag=tag, metadata=known, tensor=metadata.NULL_TENSOR)])


def _scalar(name: str, value: float) -> Any:
    from tensorboard.compat.proto.summary_pb2 import Summary

    return Summary(value=[Summary.Value(tag=name, simple_value=value)])


def _value(value: Any) -> Any:
    """A hyperparameter as the plugin stores it: a truth, a number or a text."""
    from google.protobuf.struct_pb2 import Value

    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, int | float):
        return Value(number_value=value)
    return Value(string_value=value if isinstance(value, str) else json.dumps(value))
