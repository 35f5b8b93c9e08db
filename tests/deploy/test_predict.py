"""suite predict: the stored predictions again from the raw file, and one clear line for whatever is wrong."""

import csv
import importlib.metadata
import importlib.resources
import io
import json
import os
import runpy
import shutil
import subprocess
import sys
import wave
import zipfile

import h5py
import numpy as np
import pytest

from suite.cli import main
from suite.deploy.predict import predict as predictions_of
from suite.deploy.prediction_table import table
from suite.deploy.saved_models import models
from suite.experiment.loading import load_experiment
from suite.results.task_info import TaskInfo
from suite.tasks.own.arrays.reader import ArrayReader
from suite.tasks.own.readers import settings
from suite.tasks.task import TASKS

pytestmark = pytest.mark.training

FILE = """
import h5py
import numpy as np
from suite import Data, Experiment, series_from_csv, sounds_from_folder, task, texts_from_csv
series_from_csv("boiler", "boiler.csv", target="heat", features=["load"], window=8, horizon=3, time="hour",
                missing="previous")
texts_from_csv("tickets", "tickets.csv", text="message", label="team", length=9)
sounds_from_folder("calls", "calls", seconds=0.3)

@task("words", family="mine", kind="classification", metric="accuracy", baseline="majority")
def words(seed: int, examples: int = 24) -> Data:
    "Which word stands first? The seed decides how many words there are."
    def split(n):
        y = np.arange(n) % (3 + seed % 5)
        return np.stack([y + 1, y % 2 + 1, y % 3 + 1], axis=1).astype("int32"), y
    return Data(train=split(examples), validation=split(examples), test=split(examples))

tasks = ["boiler", "tickets", "calls", "sentiment-like", "parity-12", "words"]
experiment = Experiment(tasks=tasks, architectures=["gru"], hyperparameters={"depth": 1},
                        epochs=1, patience=1, seeds=2, weights=60, examples=24)
"""


@pytest.fixture(scope="module")
def made(raw, clean_registries, tmp_path_factory):
    """One tiny experiment with all kinds of data, run once: its folder, next to raw data, and its tasks."""
    from suite import run

    folder = tmp_path_factory.mktemp("winner")
    raw.write_series(folder / "boiler.csv", rows=200)
    raw.write_texts(folder / "tickets.csv", repeats=6)
    raw.write_sounds(folder / "calls", files=8)
    (folder / "tiny.py").write_text(FILE)
    with pytest.MonkeyPatch.context() as here:
        here.chdir(folder)
        experiment = load_experiment("tiny.py")
        tasks = {name: TASKS.get(name) for name in experiment.tasks}
        seeds = {name: [experiment.data_seed(task, "final", k) for k in range(2)] for name, task in tasks.items()}
        run(experiment, folder / "results", workers=0)
    (folder / "tiny.py").unlink()  # the results folder alone has to do
    data = {name: [task.load(seed, 24) for seed in seeds[name]] for name, task in tasks.items()}
    return folder, data


@pytest.fixture
def predict(made, capsys):
    """Runs the command on a task and a file, and returns the rows of its CSV and what it said."""

    def run(target, file, *options):
        assert main(["predict", str(made[0] / "results" / "tiny" / target), str(file), *options]) == 0
        out, err = capsys.readouterr()
        return list(csv.DictReader(io.StringIO(out))), err

    return run


@pytest.fixture
def refused(made, capsys):
    """Runs the command where it has to refuse, and returns the line it says."""

    def run(target, file, *options, results=None):
        results = results or made[0] / "results" / "tiny"
        assert main(["predict", str(results / target), str(file), *options]) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        return err.rstrip("\n")

    return run


def given(made, task, file):
    """Each model's answers for a file, and its stored predictions of the test split."""
    _, kept, _ = models(str(made[0] / "results" / "tiny" / task / "gru"))
    return predictions_of(kept, file).values, [one.arrays["prediction"] for one in kept]


def margin_of(made, task):
    """The mean margin of the models' intervals or sets."""
    _, kept, _ = models(str(made[0] / "results" / "tiny" / task / "gru"))
    return np.mean([one.preparation["interval_margin"] for one in kept])


def same(answered, stored):
    """Equal up to the last bits of float32.

    The preparation is the same byte for byte (test_readers.py). The network is not asked in the same batches: another
    number of rows in a matrix product adds its terms in another order, which moves a float32 by a few units of its
    last place (1.2e-7) an operation; eight recurrent steps of two or three products each pass on less than 1e-5.
    """
    np.testing.assert_allclose(answered, stored, rtol=1e-5, atol=1e-6)


class TestStoredPredictions:
    def test_of_a_series(self, made):
        answered, stored = given(made, "boiler", made[0] / "boiler.csv")
        for model in (0, 1):
            same(answered[model][160:190, 0], stored[model])

    def test_of_texts(self, made):
        answered, stored = given(made, "tickets", made[0] / "tickets.csv")
        for model, data in enumerate(made[1]["tickets"]):
            one = models(str(made[0] / "results" / "tiny" / "tickets" / "gru"))[1][model]
            assert one.preparation["vocabulary"].tolist() == data.preparation["vocabulary"].tolist()
            tokens = tokens_of(one, made[0] / "tickets.csv")
            same(answered[model][[tokens.index(own) for own in data.test[0].tolist()]], stored[model])

    def test_of_sounds(self, made):
        answered, stored = given(made, "calls", made[0] / "calls")
        for model, data in enumerate(made[1]["calls"]):
            one = models(str(made[0] / "results" / "tiny" / "calls" / "gru"))[1][model]
            sounds = tokens_of(one, made[0] / "calls")
            same(answered[model][[sounds.index(own) for own in data.test[0].tolist()]], stored[model])

    def test_of_a_built_in_task_from_its_sentences(self, made, tmp_path):
        for model, data in enumerate(made[1]["sentiment-like"]):
            words = data.preparation["vocabulary"]
            sentences = ["text", *(" ".join(words[own]) for own in data.test[0])]
            (tmp_path / "new.csv").write_text("\n".join(sentences))
            answered, stored = given(made, "sentiment-like", tmp_path / "new.csv")
            same(answered[model], stored[model])

    def test_of_a_task_without_a_reader_from_x(self, made, tmp_path):
        for model, data in enumerate(made[1]["parity-12"]):
            np.save(tmp_path / "x.npy", data.test[0])
            answered, stored = given(made, "parity-12", tmp_path / "x.npy")
            same(answered[model], stored[model])


def tokens_of(one, file):
    """x of a file as nested lists, by the reader and the preparation of one final run."""
    return one.reader.inputs(one.reader.read(file), one.preparation)[0].tolist()


class TestSeedsWhoseDataDiffer:
    @pytest.fixture
    def seeds(self, made):
        """The model of the seed with fewer words and the other one, with the data of each."""
        _, kept, _ = models(str(made[0] / "results" / "tiny" / "words" / "gru"))
        fewer, more = sorted(zip(kept, made[1]["words"], strict=True), key=lambda pair: pair[1].test[0].max())
        assert fewer[1].test[0].max() < more[1].test[0].max()
        return fewer, more

    def test_a_model_predicts_from_the_words_and_classes_it_knows(self, made, seeds, tmp_path):
        (fewer, data), (more, _) = seeds
        np.save(tmp_path / "x.npy", data.test[0])
        found = predictions_of([more, fewer], tmp_path / "x.npy")
        own = fewer.arrays["prediction"]
        assert found.names == [str(name) for name in range(more.arrays["prediction"].shape[1])]
        same(found.values[1][:, : own.shape[1]], own)
        assert not found.values[1][:, own.shape[1] :].any()

    def test_an_example_with_a_word_that_one_of_them_does_not_know_has_no_prediction(self, seeds, tmp_path):
        (fewer, data), (_, more) = seeds
        np.save(tmp_path / "x.npy", more.test[0])
        last = data.test[0].max()
        found = predictions_of([one for one, _ in seeds], tmp_path / "x.npy")
        said = f"example {last}, step 0: the token is not in 0 to {last}, the vocabulary of {fewer.record.id}"
        assert said in found.raw.faults[last]
        unknown = (more.test[0] > last).any(axis=1)
        np.testing.assert_array_equal(np.isnan(found.values).any(axis=(0, 2)), unknown)

    def test_the_description_of_another_seed_plays_no_part(self, made, seeds, predict, tmp_path):
        from suite.deploy.export import plain_preparation

        for one, data in seeds:
            facts = TaskInfo(name="words", kind="classification", signature={"length": 1, "vocabulary": 2})
            reads = {"length": 3, "vocabulary": data.test[0].max() + 1}
            assert plain_preparation(one, facts, one.network())["input"] == reads


class TestTable:
    def test_a_series_has_one_row_per_window_with_mean_and_spread_over_seeds(self, made, predict):
        rows, _ = predict("boiler", made[0] / "boiler.csv")
        answered, _ = given(made, "boiler", made[0] / "boiler.csv")
        assert list(rows[0]) == ["row", "hour", "prediction", "low", "high", "lowest", "highest"]
        assert (rows[0]["row"], rows[-1]["row"]) == ("9", "201")
        mean, margin = answered.mean(0), margin_of(made, "boiler")
        columns = {"lowest": answered.min(0), "highest": answered.max(0), "low": mean - margin, "high": mean + margin}
        for key, values in {"prediction": mean, **columns}.items():
            np.testing.assert_allclose([float(row[key]) for row in rows], values[:, 0], rtol=1e-6)

    def test_a_classification_has_the_class_and_all_probabilities(self, made, predict):
        rows, _ = predict("tickets/gru", made[0] / "tickets.csv")
        columns = ["row", "prediction", "probability", "lowest", "highest", "set", "p(billing)", "p(repairs)"]
        assert list(rows[0]) == columns
        for row in rows:
            both = {name: float(row[f"p({name})"]) for name in ("billing", "repairs")}
            assert sum(both.values()) == pytest.approx(1, abs=1e-6)
            assert float(row["probability"]) == both[row["prediction"]] == max(both.values())
            assert float(row["lowest"]) <= float(row["probability"]) <= float(row["highest"])
            assert row["set"] == ""  # there are too few validation examples

    def test_a_model_that_was_stored_without_a_margin_has_no_interval(self, made, copy):
        path = copy / "boiler" / "gru" / "final-000.npz"
        with np.load(path) as stored:
            left = {name: stored[name] for name in stored if name != "preparation/interval_margin"}
        np.savez(path, **left)
        place, kept, _ = models(str(copy / "boiler" / "gru"))
        columns = table(place, predictions_of(kept, made[0] / "boiler.csv"))
        assert set(columns["low"]) == set(columns["high"]) == {None}
        assert None not in columns["lowest"]

    def test_a_prediction_per_step_is_one_row_per_step(self, made, predict, tmp_path):
        np.savez(tmp_path / "x.npz", x=made[1]["parity-12"][0].test[0][:2])
        rows, said = predict("parity-12/gru", tmp_path / "x.npz")
        assert [(row["example"], row["step"]) for row in rows[11:13]] == [("0", "11"), ("1", "0")]
        assert len(rows) == 24
        assert said.count("\n") == 1
        assert "FILE must hold x as the task's function returns it" in said

    def test_a_padded_step_has_no_row(self, made, predict, tmp_path):
        x = made[1]["parity-12"][0].test[0][:2].copy()
        x[0, 9:] = 0
        np.save(tmp_path / "x.npy", x)
        rows, _ = predict("parity-12/gru", tmp_path / "x.npy")
        assert [(row["example"], row["step"]) for row in rows[8:10]] == [("0", "8"), ("1", "0")]
        np.savez(tmp_path / "x.npz", x=x, lengths=[2, 3])
        assert len(predict("parity-12/gru", tmp_path / "x.npz")[0]) == 5

    def test_a_column_of_the_file_with_the_name_of_a_prediction_stays(self, made, copy, tmp_path):
        tamper(copy, "boiler", reader_time=np.array("prediction"))
        tamper(copy, "boiler", "final-001", reader_time=np.array("prediction"))
        (tmp_path / "new.csv").write_text((made[0] / "boiler.csv").read_text().replace("hour", "prediction", 1))
        place, kept, _ = models(str(copy / "boiler" / "gru"))
        columns = table(place, predictions_of(kept, tmp_path / "new.csv"))
        assert list(columns) == ["row", "prediction (file)", "prediction", "low", "high", "lowest", "highest"]
        assert columns["prediction (file)"][0] == "2024-01-01T07"

    def test_one_sound_of_another_rate(self, made, predict, raw, tmp_path):
        (row,), said = predict("calls/gru", made[0] / "calls" / "owl" / "bird0_0.wav")
        assert row["file"].endswith("bird0_0.wav")
        assert said == f"suite: converted to 8000 Hz, as in training: '{row['file']}' (16000 Hz)\n"

    def test_a_sound_that_cannot_be_read_has_no_prediction_but_the_others_do(self, made, predict, tmp_path):
        shutil.copytree(made[0] / "calls" / "owl", tmp_path / "new")
        expected, _ = predict("calls/gru", tmp_path / "new")
        (tmp_path / "new" / "a.wav").write_text("message")
        (empty, *rows), said = predict("calls/gru", tmp_path / "new")
        assert set(empty.values()) == {str(tmp_path / "new" / "a.wav"), ""}
        assert [row["prediction"] for row in rows] == [row["prediction"] for row in expected]
        (_, line) = said.splitlines()
        assert line.startswith(f"suite: no prediction: '{empty['file']}' is not a PCM wav file")

    def test_without_an_architecture_it_says_when_there_is_no_recommendation(self, made, predict):
        _, said = predict("tickets", made[0] / "tickets.csv")
        assert said == "suite: gru has the best validation scores, which is not a recommendation: no verdict yet\n"
        assert predict("tickets/gru", made[0] / "tickets.csv")[1] == ""

    def test_it_writes_a_file_and_overwrites_none(self, made, predict, refused, tmp_path):
        assert predict("tickets/gru", made[0] / "tickets.csv", "--to", str(tmp_path / "out.csv"))[0] == []
        assert (tmp_path / "out.csv").read_text().startswith("row,prediction,")
        assert "out.csv' already exists" in refused(
            "tickets/gru", made[0] / "tickets.csv", "--to", str(tmp_path / "out.csv")
        )


class TestRefusal:
    @pytest.mark.parametrize(
        ("target", "said"),
        [
            ("boilers", "did you mean 'boiler'?"),
            ("boiler/gur", "has no architecture 'gur': did you mean 'gru'?"),
            ("", "names no task: available: boiler, calls, parity-12, sentiment-like, tickets"),
            ("../..", "is not a task of a results folder: name results/<experiment>/<task>"),
        ],
    )
    def test_a_wrong_target(self, made, refused, target, said):
        assert said in refused(target, made[0] / "boiler.csv")

    @pytest.mark.parametrize(
        ("target", "content", "said"),
        [
            ("boiler", "hour,heat\n2024-01-01T00,1", "new.csv' has no column 'load': available: heat, hour"),
            ("boiler", "hour,heat,load\n2024-01-01T00,,1", "new.csv', row 2, column 'heat' is empty"),
            ("tickets", "message\n  \n", "new.csv', row 2, column 'message' is empty"),
            ("sentiment-like", "text\nthe flim", "new.csv', row 2, column 'text' has a word that the task does not"),
            ("calls", "message", "new.csv' is not a PCM wav file"),
            ("parity-12", "message", "new.csv' is truncated or not a file of plain arrays"),
            (
                "boiler",
                "hour,heat,load\n" + "\n".join(f"{n},1,1e300" for n in range(8)),
                "row 9, hour 7, step 0: a value",
            ),
        ],
    )
    def test_invalid_content_names_file_and_row(self, refused, tmp_path, target, content, said):
        (tmp_path / "new.csv").write_text(content)
        assert said in refused(target, tmp_path / "new.csv")

    @pytest.mark.parametrize(
        ("x", "said"),
        [
            (np.ones((2, 12)), "x is float64 (2, 12, 1); the task's models read integer tokens"),
            (np.ones((2, 11), int), "x is int32 (2, 11); the task's models read integer tokens (examples, 12)"),
            (np.eye(2, 12, dtype=int) * 7 + 1, "example 0, step 0: the token is not in 0 to 2"),
            (np.zeros((2, 12), int), "x.npy', example 0 is empty (padding only)"),
        ],
    )
    def test_x_of_another_shape_or_with_strange_tokens(self, refused, tmp_path, x, said):
        np.save(tmp_path / "x.npy", x)
        assert said in refused("parity-12", tmp_path / "x.npy")

    def test_a_missing_file_or_a_folder(self, made, refused):
        assert "did you mean" in refused("boiler", made[0] / "boiler.cvs")
        assert "calls' is a folder: name a file" in refused("boiler", made[0] / "calls")


DRIVER = """
import csv, io, json, runpy, sys
from contextlib import redirect_stdout
import numpy as np, tensorflow as tf
try:
    import suite
except ModuleNotFoundError as error:
    assert error.name == "suite"
else:
    raise SystemExit("the suite is to be seen")
for name, file in json.loads(sys.argv[1]).items():
    sys.argv[1:] = [file]
    with redirect_stdout(io.StringIO()) as out:
        used = runpy.run_path(f"{name}/predict.py", run_name="__main__")
    loaded = tf.saved_model.load(f"{name}/saved_model")
    served = loaded.serve(used["x"]).numpy()
    np.testing.assert_allclose(served, used["model"].predict(used["x"], verbose=0), rtol=1e-5, atol=1e-6)
    with open(f"{name}/out.csv", "w") as said:
        said.write(out.getvalue())
"""


def tensorflow_alone(folder):
    """The Python of an environment that holds TensorFlow and what it requires, as links, and nothing else."""
    import venv

    from packaging.requirements import Requirement

    venv.EnvBuilder(symlinks=True).create(folder)
    (site,) = folder.glob("lib/python3*/site-packages")
    waiting, seen = ["tensorflow"], set()
    while waiting:
        distribution = importlib.metadata.distribution(waiting.pop())
        seen.add(distribution.name)
        for top in {file.parts[0] for file in distribution.files} - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(distribution.locate_file(top))
        needs = map(Requirement, distribution.requires or ())
        waiting += [
            need.name for need in needs if (not need.marker or need.marker.evaluate()) and need.name not in seen
        ]
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def exported(made, tmp_path_factory):
    """Every task's model in a folder of its own, and its script's answers to a file without the suite."""
    folder = tmp_path_factory.mktemp("elsewhere")
    files = {"boiler": folder / "new.csv", "tickets": folder / "texts.csv"}
    files |= {"calls": folder / "new.wav", "parity-12": folder / "x.npy"}
    for task, file in list(files.items())[:2]:  # with blank lines, which count
        header, *rows = (made[0] / f"{task}.csv").read_text().splitlines()
        file.write_text("\n".join(["", header, *rows[-20:-10], "", *rows[-10:]]))
    x = made[1]["parity-12"][0].test[0][:3].copy()
    x[1, 8:] = 0
    np.save(files["parity-12"], x)
    with wave.open(str(files["calls"]), "wb") as file:
        file.setparams((2, 4, 8_000, 0, "NONE", ""))
        file.writeframes((2**29 * np.sin(np.arange(4_000) / 3)).astype("<i4").tobytes())
    for task in files:
        target = made[0] / "results" / "tiny" / task / "gru"
        assert main(["export", str(target), "--to", str(folder / task)]) == 0
    asked = json.dumps({task: str(file) for task, file in files.items()})
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [str(tensorflow_alone(folder / "env")), "-c", DRIVER, asked]
    done = subprocess.run(command, cwd=folder, env=alone, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder, files


class TestExport:
    @pytest.mark.parametrize("task", ["boiler", "tickets", "calls", "parity-12"])
    def test_its_script_predicts_without_the_suite_as_the_suite_does(self, made, exported, task):
        from suite.deploy.export import best_seed

        folder, files = exported
        place, kept, _ = models(str(made[0] / "results" / "tiny" / task / "gru"))
        columns = table(place, predictions_of([best_seed(kept, place.results.headline(task))], files[task]))
        answered = [name for name in columns if name.startswith("p(")] or ["prediction"]
        with (folder / task / "out.csv").open() as file:
            rows = list(csv.DictReader(file))
        for name in answered:
            same([float(row[name.removeprefix("p(").removesuffix(")")]) for row in rows], columns[name])
        for place in {"row", "example", "step"} & set(columns):
            assert [int(row[place]) for row in rows] == columns[place]
        assert {"row", "example", "step"} & set(rows[0]) == {"row", "example", "step"} & set(columns)

    def test_the_script_for_arrays_scales_and_leaves_out_padded_steps(self, tmp_path, monkeypatch, capsys):
        import keras

        from suite.architectures.masking import PADDING
        from suite.tasks.datasets.scaling import apply
        from suite.training import inputs

        sequence = keras.Input((4, 2))
        y = keras.layers.GRU(3, return_sequences=True)(keras.layers.Masking(PADDING)(sequence))
        network = keras.Model(sequence, keras.layers.Dense(2, activation="softmax")(y))
        network.save(tmp_path / "model.keras")
        fitted = {"mean": [1.0, 2.0], "scale": [3.0, 4.0], "reader": "arrays"}
        known = {"input": {"length": 4, "features": 2}, "padding": PADDING, "reader": "arrays", "classes": ["a", "b"]}
        (tmp_path / "preparation.json").write_text(json.dumps(known | fitted))
        scripts = importlib.resources.files("suite.deploy") / "scripts"
        (tmp_path / "predict.py").write_bytes((scripts / "arrays.py.txt").read_bytes())
        (tmp_path / "intervals.py").write_bytes((scripts / "intervals.py.txt").read_bytes())
        monkeypatch.syspath_prepend(tmp_path)
        x, steps = np.random.default_rng(1).normal(size=(3, 4, 2)), np.array([4, 1, 2])
        np.savez(tmp_path / "x.npz", x=x, lengths=steps)
        monkeypatch.setattr(sys, "argv", ["predict.py", str(tmp_path / "x.npz")])
        runpy.run_path(str(tmp_path / "predict.py"), run_name="__main__")
        names, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
        assert names == ["example", "step", "a", "b"]
        assert [row[:2] for row in rows] == [[str(n), str(step)] for n in range(3) for step in range(steps[n])]
        expected = inputs.predict(network, inputs.network_input(apply(x, steps, fitted), steps))
        same(np.array(rows, float)[:, 2:], expected[np.arange(4) < steps[:, None]])

    def test_the_script_for_arrays_reads_x_as_the_suite_does(self, tmp_path, monkeypatch, capsys):
        import keras

        sequence = keras.Input((4, 2))
        keras.Model(sequence, keras.layers.Flatten()(sequence)).save(tmp_path / "model.keras")
        reader = ArrayReader(layout="channels-first", whole_numbers="values", absent=("-9.0",))
        known = {"input": {"length": 4, "features": 2}, "padding": 0.0, **settings(reader)}
        (tmp_path / "preparation.json").write_text(json.dumps(known))
        scripts = importlib.resources.files("suite.deploy") / "scripts"
        (tmp_path / "predict.py").write_bytes((scripts / "arrays.py.txt").read_bytes())
        (tmp_path / "intervals.py").write_bytes((scripts / "intervals.py.txt").read_bytes())
        monkeypatch.syspath_prepend(tmp_path)
        x = np.arange(32).reshape(4, 2, 4)
        x[1, 0, 2] = -9
        np.savez(tmp_path / "x.npz", x=x, lengths=[4, 4, 0, 4])
        monkeypatch.setattr(sys, "argv", ["predict.py", str(tmp_path / "x.npz")])
        runpy.run_path(str(tmp_path / "predict.py"), run_name="__main__")
        printed = capsys.readouterr()
        _, *rows = csv.reader(io.StringIO(printed.out))
        raw = reader.read(tmp_path / "x.npz")
        assert [int(row[0]) for row in rows] == [0, 1, 2, 3]
        assert list(raw.faults) == [1, 2]
        assert {cell for row in rows[1:3] for cell in row[1:]} == {""}
        assert [line[:24] for line in printed.err.splitlines()] == [
            "no prediction: example 1",
            "no prediction: example 2",
        ]
        same(np.array([rows[0], rows[3]], float)[:, 1:], raw.examples[0][[0, 3]].reshape(2, 8))

    def test_the_script_fits_on_a_screen(self, exported):
        for task in {*exported[1]} - {"boiler"}:  # a table of series takes more
            code = (exported[0] / task / "predict.py").read_text().splitlines()
            assert len([line for line in code if line and not line.startswith(("import", "from", '"""'))]) < 35

    def test_the_card_has_task_licence_scores_baselines_and_limits(self, exported):
        card = (exported[0] / "boiler" / "README.md").read_text()
        for part in (
            "# gru for boiler", "8 rows of heat, load in boiler.csv", "Licence: not stated", "learning\\_rate",
            "| all seeds |", "| trivial baseline (last-value) |", "| a linear model of lags |", "no verdict yet",
            "not shown to beat every baseline", "one test split",
        ):  # fmt: skip
            assert part in card, part

    def test_the_card_says_what_padded_steps_hold(self, exported):
        texts, sounds = ((exported[0] / task / "README.md").read_text() for task in ("tickets", "calls"))
        assert "each further step of x must be token 0." in texts
        assert "each further step of x must be -1e+09 in every feature." in sounds

    def test_the_preparation_is_plain(self, exported):
        known = json.loads((exported[0] / "tickets" / "preparation.json").read_text())
        assert known["vocabulary"][:2] == ["", "<unknown>"]
        assert (known["reader"], known["reader_column"], known["steps"]) == ("texts", "message", 9)
        assert known["classes"] == ["billing", "repairs"]

    def test_it_overwrites_nothing(self, made, exported, capsys):
        target = made[0] / "results" / "tiny" / "tickets" / "gru"
        assert main(["export", str(target), "--to", str(exported[0] / "tickets")]) == 2
        assert "tickets' already exists" in capsys.readouterr().err


@pytest.fixture
def copy(made, tmp_path):
    """A copy of the results to tamper with."""
    return shutil.copytree(made[0] / "results" / "tiny", tmp_path / "tiny")


def tamper(copy, task, run="final-000", **changes):
    """Puts something else into a run's preparation, or takes out what is None."""
    path = copy / task / "gru" / f"{run}.npz"
    with np.load(path) as arrays:
        stored = dict(arrays) | {f"preparation/{name}": value for name, value in changes.items()}
    np.savez(path, **{name: value for name, value in stored.items() if value is not None})


class TestPreparation:
    @pytest.mark.parametrize(
        ("task", "changes", "said"),
        [
            ("tickets", {"vocabulary": None}, "is not complete preprocessing: no 'vocabulary'"),
            ("tickets", {"reader_column": None}, "is not complete preprocessing: no 'reader_column'"),
            ("tickets", {"reader": np.array("../../card")}, "unknown reader '../../card': available: arrays, series"),
            ("tickets", {"reader": np.arange(3)}, "unknown reader [0, 1, 2]"),
            ("tickets", {"vocabulary": np.arange(20)}, "'vocabulary' is int64 (20,), not a list of words"),
            ("tickets", {"vocabulary": np.array("word")}, "'vocabulary' is <U4 (), not a list of words"),
            (
                "tickets",
                {"vocabulary": np.array([f"{n}" for n in range(99)])},
                "fit its model: 99 words, but the model takes",
            ),
            ("tickets", {"steps": np.array(9.0)}, "'steps' is float64 (), not a whole number above 0"),
            ("tickets", {"steps": np.array(-1)}, "'steps' is int64 (), not a whole number above 0"),
            ("tickets", {"steps": np.array(7)}, "does not fit its model: 7 steps, but the model takes 9"),
            ("tickets", {"reader_length": np.array("nine")}, "'reader_length' is 'nine'"),
            ("tickets", {"reader_length": np.array(0)}, "'reader_length' is 0"),
            ("tickets", {"classes": np.array(["one"])}, "fit its model: 1 classes, but the model takes 2"),
            ("tickets", {"classes": np.array(["one", "one"])}, "'classes' is <U3 (2,), not a list of different names"),
            ("tickets", {"classes": np.array(["one", "\ud800"])}, "'classes' is not valid text"),
            (
                "boiler",
                {"mean": np.zeros(3), "scale": np.ones(3)},
                "fit its model: 3 values of 'mean', but the model takes 2",
            ),
            ("boiler", {"scale": np.ones(3)}, "fit its model: 3 values of 'scale', but the model takes 2"),
            ("boiler", {"scale": None}, "is not complete preprocessing: no 'scale'"),
            ("boiler", {"scale": np.zeros(2)}, "'scale' is float64 (2,), not a number above 0 per feature"),
            ("boiler", {"mean": np.array(["a", "b"])}, "'mean' is <U1 (2,), not a finite number per feature"),
            ("boiler", {"reader_columns": np.array(["heat"])}, "fit its model: 1 features, but the model takes 2"),
            ("boiler", {"reader_columns": np.zeros((2, 2))}, "'reader_columns' is ([0.0, 0.0], [0.0, 0.0])"),
            ("boiler", {"reader_window": np.array(5)}, "fit its model: 5 steps, but the model takes 8"),
            ("parity-12", {"classes": np.array(["even"])}, "fit its model: 1 classes, but the model takes 2"),
        ],
    )
    def test_that_is_damaged_is_reported_in_one_line(self, made, copy, refused, tmp_path, task, changes, said):
        tamper(copy, task, **changes)
        np.save(tmp_path / "x.npy", made[1]["parity-12"][0].test[0])
        files = {"boiler": made[0] / "boiler.csv", "tickets": made[0] / "tickets.csv", "parity-12": tmp_path / "x.npy"}
        line = refused(f"{task}/gru", files[task], results=copy)
        assert line.startswith(f"suite: '{copy / task / 'gru' / 'final-000.npz'}' ")
        assert said in line

    def test_leads_export_to_no_other_file_and_leaves_nothing_half_written(self, copy, capsys, tmp_path):
        for run in ("final-000", "final-001"):
            tamper(copy, "tickets", run, reader=np.array("../card.py\0"))
        assert main(["export", str(copy / "tickets" / "gru"), "--to", str(tmp_path / "out")]) == 2
        assert "is not complete preprocessing: unknown reader" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()


class TestFiles:
    @pytest.fixture
    def model(self, copy):
        """The path of a model."""
        return copy / "tickets" / "gru" / "final-000.keras"

    @pytest.fixture
    def refusal(self, made, refused, copy):
        """What predict says of the files as they are."""
        return lambda: refused("tickets/gru", made[0] / "tickets.csv", results=copy)

    def test_no_saved_model(self, refusal, model):
        for path in model.parent.glob("*.keras"):
            path.unlink()
        assert "tickets/gru' contains no model" in refusal()

    def test_a_model_that_could_not_be_saved(self, refusal, model):
        for path in model.parent.glob("*.keras"):
            path.unlink()
            record = json.loads(path.with_suffix(".json").read_text())
            path.with_suffix(".json").write_text(json.dumps(record | {"lacking": {"saved model": "it has a Lambda"}}))
        assert refusal().endswith("contains no model: it could not be saved: it has a Lambda")

    def test_a_missing_model_is_named(self, made, copy, model, capsys):
        model.unlink()
        assert main(["predict", str(model.parent), str(made[0] / "tickets.csv")]) == 0
        out, err = capsys.readouterr()
        assert err == f"suite: only 1 of 2 models are left in '{model.parent}'; missing: final-000\n"
        assert next(csv.DictReader(io.StringIO(out)))["lowest"] == ""

    @pytest.mark.parametrize("suffix", [".keras", ".npz"])
    def test_a_truncated_file(self, refusal, model, suffix):
        path = model.with_suffix(suffix)
        path.write_bytes(path.read_bytes()[:-200])
        said = refusal()
        assert f"final-000{suffix}' is " in said
        assert "truncated" in said

    @pytest.mark.parametrize("name", ["task.json", "gru/final-001.json"])
    def test_a_truncated_record_or_description(self, refusal, copy, name):
        path = copy / "tickets" / name
        path.write_text(path.read_text()[:-20])
        assert f"tickets/{name}' cannot be read: " in refusal()

    def test_a_description_of_something_else(self, refusal, copy):
        (copy / "tickets" / "task.json").write_text('{"name": "tickets"}')
        assert "tickets/task.json' is incomplete: it lacks kind, metric, sizes" in refusal()
        (copy / "tickets" / "task.json").write_text("[1]")
        assert "tickets/task.json' does not contain a JSON object" in refusal()
        (copy / "tickets" / "task.json").write_text('{"perfect": "one"}')
        assert "tickets/task.json' is damaged: its 'perfect' is 'one'" in refusal()

    def test_a_record_that_lacks_something(self, refusal, model):
        record = json.loads(model.with_suffix(".json").read_text())
        del record["hyperparameters"]
        model.with_suffix(".json").write_text(json.dumps(record))
        assert "final-000.json' is incomplete: it lacks hyperparameters" in refusal()

    def test_a_byte_that_changed(self, refusal, model):
        content = bytearray(model.read_bytes())
        content[len(content) // 2] ^= 0xFF
        model.write_bytes(content)
        assert "final-000.keras' is not a model that Keras loads in safe mode" in refusal()

    def test_a_model_that_would_run_code(self, refusal, model):
        import keras

        lambda_model = keras.Sequential([keras.Input((9,), dtype="int32"), keras.layers.Lambda(lambda x: x * 2)])
        lambda_model.save(model)
        assert "final-000.keras' is not a model that Keras loads in safe mode" in refusal()

    @pytest.fixture
    def rewrite(self, model):
        """Changes the layers in the file of the model."""

        def rewrite(change):
            with zipfile.ZipFile(model) as file:
                members = {name: file.read(name) for name in file.namelist()}
            config = json.loads(members["config.json"])
            change(config["config"]["layers"])
            members["config.json"] = json.dumps(config).encode()
            with zipfile.ZipFile(model, "w") as file:
                for name, content in members.items():
                    file.writestr(name, content)

        return rewrite

    def test_a_layer_that_names_a_function_of_python(self, refusal, rewrite):
        rewrite(lambda layers: layers[1].update(module="os", class_name="system"))
        assert "is not a model that Keras loads in safe mode" in refusal()

    def test_a_layer_that_would_write_a_file(self, refusal, rewrite, tmp_path):
        name = "plot_image_gallery"
        function = {"module": "keras.visualization", "class_name": "function", "config": name, "registered_name": name}
        image = {"class_name": "__numpy__", "config": {"value": np.zeros((1, 4, 4, 3)).tolist(), "dtype": "float32"}}
        options = {"path": str(tmp_path / "written.png"), "value_range": [0, 1], "rows": 1, "cols": 1, "show": False}
        config = {"name": "evil", "function": function, "arguments": options}
        calls = {"name": "evil", "inbound_nodes": [{"args": [], "kwargs": {"inputs": image}}]}
        rewrite(
            lambda layers: layers.append({"module": "keras.layers", "class_name": "Lambda", "config": config} | calls)
        )
        assert refusal().endswith("it names 'keras.visualization.plot_image_gallery', which is no part of a network")
        assert not (tmp_path / "written.png").exists()

    @pytest.mark.parametrize("kind", ["link", "storage"])
    def test_weights_outside_the_file(self, refusal, model, tmp_path, kind):
        with zipfile.ZipFile(model) as file:
            members = {name: file.read(name) for name in file.namelist()}
        weights, other = tmp_path / "weights.h5", str(tmp_path / "other.h5")
        weights.write_bytes(members["model.weights.h5"])
        with h5py.File(other, "w") as file:
            file["secret"] = np.zeros((2, 2), "float32")
        with h5py.File(weights, "r+") as file:
            found = []
            file.visititems(lambda name, one: found.append(name) if isinstance(one, h5py.Dataset) else None)
            name, shape = found[0], file[found[0]].shape
            del file[name]
            if kind == "link":
                file[name] = h5py.ExternalLink(other, "secret")
            else:
                file.create_dataset(name, shape, "float32", external=[(other, 0, h5py.h5f.UNLIMITED)])
        members["model.weights.h5"] = weights.read_bytes()
        with zipfile.ZipFile(model, "w") as file:
            for name, content in members.items():
                file.writestr(name, content)
        assert "is not a model that Keras loads in safe mode" in refusal()

    def test_an_unknown_layer(self, refusal, model):
        import keras

        @keras.saving.register_keras_serializable("mine")
        class Mine(keras.layers.Layer):
            def call(self, x):
                return x

        inputs = keras.Input((9,), dtype="int32")
        keras.Model(inputs, Mine()(inputs)).save(model)
        keras.saving.get_custom_objects().pop("mine>Mine")
        said = refusal()
        assert "in safe mode: it does not know the layer 'Mine'; only Keras' layers and those of installed" in said
        assert said.endswith("packages are known: put it in a package")

    def test_a_model_of_something_else(self, refusal, model):
        import keras

        keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Flatten()]).save(model)
        assert "it does not read sequences" in refusal()

    def test_nothing_stored_is_a_pickle(self, made):
        for path in (made[0] / "results" / "tiny").rglob("*.npz"):
            with np.load(path, allow_pickle=False) as arrays:
                assert all(arrays[name].dtype != object for name in arrays.files)
