"""suite export of all runs: what TensorBoard and MLflow read back through their own libraries."""

import builtins

import pytest

from suite.cli import main
from suite.deploy import mlflow
from suite.files.unfinished import ENDING, HOST
from suite.results.results import load

TIMES = {"started": "2026-01-02T03:04:05.000+00:00", "finished": "2026-01-02T03:04:15.000+00:00"}


@pytest.fixture
def study(records, tmp_path):
    """Two runs of one cell, the second failed; their records by id."""
    folder = tmp_path / "quick"
    records.write_experiment(folder, tasks=["adding-50"], architectures=["lstm"])
    records.write_task(folder, "adding-50")
    records.write(folder, records.record("adding-50", "lstm", "final", 0, **TIMES))
    records.write(folder, records.failed("adding-50", "lstm", "trial", 1, "diverged", "the loss was nan") | TIMES)
    return folder, {record.id: record for record in load(folder).records}


@pytest.mark.slow
class TestTensorBoard:
    @pytest.fixture
    def read(self, study, tmp_path):
        """Exports, and reads the folder of a run as TensorBoard does."""
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        assert main(["export", str(study[0]), "--to-tensorboard", str(tmp_path / "board")]) == 0

        def read(run):
            accumulator = EventAccumulator(str(tmp_path / "board" / run))
            accumulator.Reload()
            return accumulator

        return read

    def session(self, accumulator, tag):
        from tensorboard.plugins.hparams import metadata, plugin_data_pb2

        content = accumulator.PluginTagToContent("hparams")[tag]
        return plugin_data_pb2.HParamsPluginData.FromString(content), metadata

    def test_curves_by_epoch_and_metrics_at_the_best_one(self, study, read):
        record, run = study[1]["adding-50/lstm/final-000"], read("adding-50/lstm/final-000")
        curve = [(event.step, event.value) for event in run.Scalars("val_mse")]
        assert curve == [(n, pytest.approx(value)) for n, value in enumerate(record.history["val_mse"], start=1)]
        (score,) = run.Scalars("test/mse")
        assert (score.step, score.value) == (7, pytest.approx(record.metrics["test"]["mse"]))
        assert {"loss", "val_loss", "mse", "val_mse", "test/mse", "weights", "seconds"} == set(run.Tags()["scalars"])

    def test_hyperparameters_and_how_a_run_ended(self, study, read):
        from tensorboard.plugins.hparams import api_pb2

        for name, status in (("final-000", api_pb2.STATUS_SUCCESS), ("trial-001", api_pb2.STATUS_FAILURE)):
            record, run = study[1][f"adding-50/lstm/{name}"], read(f"adding-50/lstm/{name}")
            start, metadata = self.session(run, "_hparams_/session_start_info")
            hparams = start.session_start_info.hparams
            for key, value in record.hyperparameters.items():
                found = hparams[key]
                assert getattr(found, found.WhichOneof("kind")) == value
            assert hparams["architecture"].string_value == "lstm"
            assert self.session(run, metadata.SESSION_END_INFO_TAG)[0].session_end_info.status == status

    def test_the_experiment_names_every_hyperparameter_and_metric(self, study, read):
        experiment = self.session(read(""), "_hparams_/experiment")[0].experiment
        named = {info.name for info in experiment.hparam_infos}
        assert {"learning_rate", "depth", "gate_bias", "role", "status"} <= named
        assert [info.name.tag for info in experiment.metric_infos] == ["test/mse", "weights", "seconds"]

    def test_it_overwrites_nothing(self, study, read, tmp_path, capsys):
        assert main(["export", str(study[0]), "--to-tensorboard", str(tmp_path / "board")]) == 2
        assert "board' already exists: name another folder" in capsys.readouterr().err


@pytest.mark.slow
class TestMlflow:
    @pytest.fixture
    def store(self, tmp_path, monkeypatch):
        """A client of a store in a folder."""
        for name in ("MLFLOW_ALLOW_FILE_STORE", "MLFLOW_DISABLE_TELEMETRY"):
            monkeypatch.setenv(name, "true")
        from mlflow import MlflowClient

        return MlflowClient(tracking_uri=(tmp_path / "mlruns").as_uri())

    @pytest.fixture
    def client(self, study, store, tmp_path):
        """The client of the store after an export to it."""
        assert main(["export", str(study[0]), "--to-mlflow", (tmp_path / "mlruns").as_uri()]) == 0
        return store

    def test_every_run_is_read_back(self, study, client):
        experiment = client.get_experiment_by_name("quick")
        runs = {run.info.run_name: run for run in client.search_runs([experiment.experiment_id])}
        assert set(runs) == set(study[1])
        for name, record in study[1].items():
            run = runs[name]
            assert run.data.params == {
                key: value if isinstance(value, str) else repr(value) for key, value in record.hyperparameters.items()
            }
            assert run.data.tags["suite.architecture"] == "lstm"
            assert run.data.tags["suite.status"] == record.status
            assert run.info.status == ("FINISHED" if record.status == "ok" else "FAILED")
            assert run.info.end_time - run.info.start_time == 10_000
            for key, values in record.history.items():
                found = client.get_metric_history(run.info.run_id, key)
                assert [(one.step, one.value) for one in found] == list(enumerate(values, start=1))
            for key, value in record.metrics.get("test", {}).items():
                assert run.data.metrics[f"test/{key}"] == value

    def test_an_existing_experiment_is_left_alone(self, study, client, tmp_path, capsys):
        assert main(["export", str(study[0]), "--to-mlflow", str(tmp_path / "mlruns")]) == 2
        assert "mlruns' already has an experiment 'quick'" in capsys.readouterr().err
        assert len(client.search_runs([client.get_experiment_by_name("quick").experiment_id])) == 2

    def test_what_fails_halfway_or_was_killed_leaves_no_experiment(self, study, store, tmp_path, capsys, monkeypatch):
        whole = mlflow._log

        def fail(client, experiment, run):
            whole(client, experiment, run)
            raise ValueError("the server is gone")

        monkeypatch.setattr(mlflow, "_log", fail)
        store.create_experiment(f".quick.{HOST}-{2**22 + 1}-1234{ENDING}")  # of a process that cannot be
        command = ["export", str(study[0]), "--to-mlflow", str(tmp_path / "mlruns")]
        assert main(command) == 2
        assert "mlruns': the server is gone" in capsys.readouterr().err
        assert [one.name for one in store.search_experiments()] == ["Default"]
        monkeypatch.setattr(mlflow, "_log", whole)
        assert main(command) == 0
        assert sorted(one.name for one in store.search_experiments()) == ["Default", "quick"]

    def test_a_store_that_cannot_be_used_is_reported_in_one_line(self, study, client, capsys):
        assert main(["export", str(study[0]), "--to-mlflow", "nothing://there"]) == 2
        err = capsys.readouterr().err
        assert err.startswith("suite: MLflow cannot write to 'nothing://there'")
        assert err.count("\n") == 1


class TestRefusal:
    @pytest.mark.parametrize(("option", "extra"), [("--to-tensorboard", "tensorboard"), ("--to-mlflow", "mlflow")])
    def test_a_missing_extra_names_the_command_that_installs_it(
        self, study, tmp_path, capsys, monkeypatch, option, extra
    ):
        importing = builtins.__import__

        def without(name, *arguments):
            if name.split(".")[0] == extra:
                raise ModuleNotFoundError(f"No module named '{extra}'")
            return importing(name, *arguments)

        monkeypatch.setattr(builtins, "__import__", without)
        assert main(["export", str(study[0]), option, str(tmp_path / "there")]) == 2
        assert f"{extra} is not installed: pip install 'sequence-suite[{extra}]'\n" in capsys.readouterr().err
        assert not (tmp_path / "there").exists()

    def test_no_run_to_export(self, records, tmp_path, capsys):
        records.write_experiment(tmp_path)
        assert main(["export", str(tmp_path), "--to-tensorboard", str(tmp_path / "board")]) == 2
        assert "contains no run that can be read" in capsys.readouterr().err

    @pytest.mark.parametrize("options", [[], ["--to", "a", "--to-mlflow", "b"]])
    def test_exactly_one_destination(self, study, options, capsys):
        assert main(["export", str(study[0]), *options]) == 2
        assert "--to" in capsys.readouterr().err
