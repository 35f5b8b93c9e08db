"""TensorBoard: writes one folder of event files per run, with scalars and hyperparameters, without TensorFlow."""

import io
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from suite.deploy.tracked_runs import Tracked, install, text, tracked
from suite.errors import RequestError
from suite.files.writing import write_atomically
from suite.results.results import Results

VERSION = "brain.Event:2"
Summary = tuple[float, int, Any]  # time, step and message


def write(results: Results, folder: Path) -> int:
    """Write `<folder>/<task>/<architecture>/<run>/events.out.tfevents.*`, and return the number of runs.

    Curves become scalars by epoch, metrics become scalars at the best epoch, and hyperparameters go to the HParams
    plugin.
    """
    try:
        import tensorboard  # noqa: F401
    except ImportError as error:
        raise RequestError(install("tensorboard", "tensorboard")) from error
    runs = list(tracked(results))
    _write(folder, [(runs[0].begun, 0, _experiment(runs))])
    for run in runs:
        _write(folder / run.id, list(_session(run)))
    return len(runs)


def _write(folder: Path, summaries: Sequence[Summary]) -> None:
    begun, content = summaries[0][0], io.BytesIO()
    event = _proto("event").Event
    writer = _module("tensorboard.summary.writer.record_writer").RecordWriter(content)
    writer.write(event(wall_time=begun, file_version=VERSION).SerializeToString(deterministic=True))
    for moment, step, summary in summaries:
        writer.write(event(wall_time=moment, step=step, summary=summary).SerializeToString(deterministic=True))
    write_atomically(folder / f"events.out.tfevents.{int(begun):010d}.suite", content.getvalue())


def _session(run: Tracked) -> Iterator[Summary]:
    """Yield all summaries of a run in order: its start, curves, metrics and end."""
    start = _plugin("plugin_data_pb2").SessionStartInfo(group_name=run.id, start_time_secs=run.begun)
    for name, value in (run.about | run.hyperparameters).items():
        start.hparams[name].MergeFrom(_value(value))
    yield run.begun, 0, _hparams("SESSION_START_INFO_TAG", session_start_info=start)
    for name, epoch, value in run.curves:
        yield run.begun, epoch, _scalar(name, value)
    for name, value in run.metrics.items():
        yield run.ended, run.epoch, _scalar(name, value)
    api = _plugin("api_pb2")
    status = api.STATUS_SUCCESS if run.ok else api.STATUS_FAILURE
    end = _plugin("plugin_data_pb2").SessionEndInfo(status=status, end_time_secs=run.ended)
    yield run.ended, 0, _hparams("SESSION_END_INFO_TAG", session_end_info=end)


def _experiment(runs: Sequence[Tracked]) -> Any:
    """Return a summary that names the hyperparameters and metrics of all runs."""
    api = _plugin("api_pb2")
    types = {"bool_value": api.DATA_TYPE_BOOL, "number_value": api.DATA_TYPE_FLOAT64}
    experiment = api.Experiment(time_created_secs=runs[0].begun)
    settings = {name: value for run in runs for name, value in (run.about | run.hyperparameters).items()}
    for name, value in settings.items():
        experiment.hparam_infos.add(name=name, type=types.get(_value(value).WhichOneof("kind"), api.DATA_TYPE_STRING))
    for name in dict.fromkeys(name for run in runs for name in run.metrics):
        experiment.metric_infos.add(name=api.MetricName(tag=name))
    return _hparams("EXPERIMENT_TAG", experiment=experiment)


def _hparams(tag: str, **content: Any) -> Any:
    metadata, summary = _plugin("metadata"), _proto("summary").Summary
    plugin_data = _plugin("plugin_data_pb2").HParamsPluginData
    known = metadata.create_summary_metadata(plugin_data(**content))
    again = plugin_data.FromString(known.plugin_data.content)  # hyperparameters in one order, so that files are equal
    known.plugin_data.content = again.SerializeToString(deterministic=True)
    value = summary.Value(tag=getattr(metadata, tag), metadata=known, tensor=metadata.NULL_TENSOR)
    return summary(value=[value])


def _scalar(name: str, value: float) -> Any:
    summary = _proto("summary").Summary
    return summary(value=[summary.Value(tag=name, simple_value=value)])


def _value(value: Any) -> Any:
    """Return a hyperparameter in the form that the plugin stores: a boolean, a number or a string."""
    message = _module("google.protobuf.struct_pb2").Value
    if isinstance(value, bool):
        return message(bool_value=value)
    if isinstance(value, int | float):
        return message(number_value=value)
    return message(string_value=text(value))


def _plugin(name: str) -> Any:
    return _module(f"tensorboard.plugins.hparams.{name}")


def _proto(name: str) -> Any:
    return _module(f"tensorboard.compat.proto.{name}_pb2")


def _module(name: str) -> Any:
    """Return a module of protocol buffers; its classes exist only at run time, so type checkers do not see them."""
    return import_module(name)
