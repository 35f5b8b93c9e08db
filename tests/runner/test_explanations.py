"""Explanations: made once after all runs, by the same command, of the models to use; they change and fail nothing."""

import shutil
import signal

import pytest
from studies import LAST_OF_FIVE, Listening, run

from suite.experiment.loading import load_experiment
from suite.files.strict_json import checksum
from suite.results.explanation import ENDING
from suite.results.store import Store

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_draw")]

STUDY = f'''"""A study small enough to test with."""
import numpy as np
from suite import Data, Experiment, task
{LAST_OF_FIVE}
experiment = Experiment(
    tasks=["last-of-five"], architectures=["gru", "simple-rnn"], trials=1, epochs=2, patience=2, seeds=2, weights=60,
    hyperparameters={{"depth": 1, "batch_size": 32}},
)
'''


def execute(path, **options):
    """Runs a file in this process and returns its store and what was said."""
    progress = Listening()
    return run(path, path.parent / "results", workers=0, progress=progress, **options), progress.said


def found(store, ending=ENDING):
    """Return name -> time of writing of the files with this ending."""
    return {
        path.relative_to(store.root).as_posix(): path.stat().st_mtime_ns for path in store.root.glob(f"*/*/*{ending}")
    }


@pytest.fixture(scope="module")
def done(tmp_path_factory, clean_registries):
    """The study, run once in this process."""
    path = tmp_path_factory.mktemp("done") / "study.py"
    path.write_text(STUDY)
    return execute(path)[0], path


@pytest.fixture
def begun(done, tmp_path):
    """A copy of the study and its results, to continue: the path and the store."""
    shutil.copytree(done[1].parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / "study.py", Store(tmp_path / "results" / "study")


def of_used(store):
    """Return the ids of the final runs that are explained."""
    return sorted(name.removesuffix(ENDING) for name in found(store))


class TestWhatIsExplained:
    def test_every_final_run_of_one_architecture_is_explained_and_no_other(self, done):
        explained = of_used(done[0])
        assert len({name.split("/")[1] for name in explained}) == 1
        assert [name.rpartition("/")[2] for name in explained] == ["final-000", "final-001"]

    def test_an_explanation_belongs_to_the_record_of_its_run(self, done):
        store = done[0]
        for name in of_used(store):
            assert store.explanation(name).spec == checksum(store.read(name).spec)

    def test_it_holds_the_skill_that_the_record_has_where_all_examples_are_in_the_sample(self, done):
        store = done[0]
        for name in of_used(store):
            record, explanation = store.read(name), store.explanation(name)
            skill = 1 - record.metrics["test"]["mse"] / record.baseline["test"]["mse"]
            assert explanation.examples == explanation.of == 40
            assert explanation.effects[0]["kind"] == "intact"
            assert explanation.effects[0]["skill"] == pytest.approx(skill, abs=1e-5)
            assert len(explanation.effects[0]["without"]) == 20

    def test_only_tasks_whose_runs_have_all_ended_are_explained(self, begun):
        path, store = begun
        for name in found(store):
            (store.root / name).unlink()
        store.path("last-of-five/gru/final-001").unlink()
        execute(path, architectures=["simple-rnn"])
        assert not found(store)


class TestTheSameCommandAgain:
    def test_nothing_is_made_twice(self, begun):
        path, store = begun
        before = found(store)
        execute(path)
        assert found(store) == before

    def test_an_older_folder_gets_explanations_and_no_run_is_made_again(self, begun):
        path, store = begun
        before, records, models = found(store), found(store, ".json"), found(store, ".keras")
        for name in before:
            (store.root / name).unlink()
        execute(path)
        assert found(store).keys() == before.keys()
        assert (found(store, ".json"), found(store, ".keras")) == (records, models)

    def test_the_numbers_are_the_same_again(self, begun):
        path, store = begun
        before = {name: store.explanation(name) for name in of_used(store)}
        for name in found(store):
            (store.root / name).unlink()
        execute(path)
        for name, explanation in before.items():
            again = store.explanation(name)
            assert [one["skill"] for one in again.effects] == pytest.approx(
                [one["skill"] for one in explanation.effects], abs=1e-5
            )

    def test_a_damaged_one_is_named_and_made_again(self, begun):
        path, store = begun
        name = next(iter(found(store)))
        (store.root / name).write_text('{"effects": [')
        _, said = execute(path)
        assert sum(name.rpartition("/")[2] in line and "to be made again" in line for line in said) == 1
        assert store.explanation(name.removesuffix(ENDING)).effects

    def test_that_of_another_record_is_made_again(self, begun):
        path, store = begun
        name = of_used(store)[0]
        text = store.path(name, ENDING).read_text()
        store.path(name, ENDING).write_text(text.replace(store.explanation(name).spec, "0" * 16))
        execute(path)
        assert store.explanation(name).spec == checksum(store.read(name).spec)


class TestFaults:
    def test_a_model_that_cannot_be_loaded_is_a_notice(self, begun):
        path, store = begun
        name = of_used(store)[0]
        other = store.path(name.replace("final-000", "final-001"), ".npz")
        store.path(name, ENDING).unlink()
        shutil.copy(other, store.path(name, ".keras"))  # a zip file, but no model
        _, said = execute(path)
        assert [line for line in said if line.startswith(f"{name} cannot be explained, which no verdict needs: ")]
        assert of_used(store) == [name.replace("final-000", "final-001")]

    def test_an_interruption_leaves_nothing_half_made(self, begun, monkeypatch):
        path, store = begun
        for name in found(store):
            (store.root / name).unlink()

        def interrupted(*_):
            signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr(Store, "explain", interrupted)
        with pytest.raises(KeyboardInterrupt):
            execute(path)
        assert not found(store)
        assert not [*store.root.rglob("*.part")]


def test_a_run_without_a_model_is_left_out(begun):
    path, store = begun
    for name in found(store):
        (store.root / name).unlink()
    for model in found(store, ".keras"):
        (store.root / model).unlink()
    _, said = execute(path)
    assert not found(store)
    assert not [line for line in said if "explain" in line]


def test_reused_runs_bring_their_explanations(begun):
    path, store = begun
    other = path.with_name("again.py")
    shutil.copy(path, other)
    load_experiment(other)
    adopted, _ = execute(other, reuse=str(store.root))
    assert of_used(adopted) == of_used(store)
