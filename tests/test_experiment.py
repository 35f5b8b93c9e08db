"""An experiment is checked when it is declared, derives its seeds from names, and is loaded from a file."""

import cloudpickle
import pytest

from suite.errors import RequestError
from suite.experiment import Experiment, derive_seed, load_experiment
from suite.task import TASKS


def small(**fields) -> Experiment:
    return Experiment(**({"tasks": ["adding-50", "recall-10"], "architectures": ["lstm", "gru"]} | fields))


class TestDeclaration:
    def test_cells_are_all_tasks_with_all_architectures(self):
        assert [cell.name for cell in small().cells] == [
            "adding-50/lstm", "adding-50/gru", "recall-10/lstm", "recall-10/gru",
        ]  # fmt: skip

    def test_an_architecture_that_sees_later_steps_makes_no_cell_with_a_task_that_answers_at_every_step(self):
        experiment = small(tasks=["adding-50", "copy-10"], architectures=["gru", "bidirectional-gru"])
        assert [cell.name for cell in experiment.cells] == [
            "adding-50/gru",
            "adding-50/bidirectional-gru",
            "copy-10/gru",
        ]
        why = "the task asks for an answer at every step, and bidirectional-gru sees later steps"
        assert experiment.does_not_apply == {"copy-10/bidirectional-gru": why}
        assert experiment.resolved()["does_not_apply"] == experiment.does_not_apply

    def test_an_experiment_without_any_cell_is_refused(self):
        with pytest.raises(
            RequestError, match="nothing to run: copy-10/bidirectional-gru does not apply: the task asks"
        ):
            small(tasks=["copy-10"], architectures=["bidirectional-gru"])

    @pytest.mark.parametrize("option", ["trials", "epochs", "patience", "seeds", "weights", "examples", "threads"])
    @pytest.mark.parametrize("value", [0, -3, 1.5, "4", True])
    def test_counts_must_be_whole_numbers_from_one(self, option, value):
        with pytest.raises(RequestError, match=f"{option} must be a whole number of at least 1, not"):
            small(**{option: value})

    def test_an_unknown_name_is_refused_at_once(self):
        with pytest.raises(RequestError, match="unknown task 'adding-fifty'"):
            small(tasks=["adding-fifty"])
        with pytest.raises(RequestError, match="unknown architecture 'lsmt': did you mean 'lstm'"):
            small(architectures=["lsmt"])
        with pytest.raises(RequestError, match="unknown search 'randon': did you mean 'random'"):
            small(search="randon")

    @pytest.mark.parametrize("tasks", [[], "adding-50"])
    def test_tasks_must_be_a_list_of_names(self, tasks):
        with pytest.raises(RequestError, match="tasks must be a list of at least one name"):
            small(tasks=tasks)

    def test_a_name_given_twice_counts_once(self):
        assert small(tasks=["adding-50", "adding-50"]).tasks == ("adding-50",)


class TestSeeds:
    def test_a_seed_depends_on_the_names_alone_and_is_never_zero(self):
        assert derive_seed("a", 1) == derive_seed("a", 1) != derive_seed("a", 2)
        assert all(1 <= derive_seed("x", index) < 2**31 for index in range(1_000))

    def test_final_runs_are_paired_across_architectures(self):
        lstm, gru = small().cells[:2]
        runs = [small().run(cell, "final", 3, {}) for cell in (lstm, gru)]
        assert runs[0].seed == runs[1].seed
        assert runs[0].data_seed == runs[1].data_seed

    def test_the_search_draws_its_data_from_a_seed_that_no_final_run_uses(self):
        cell = small().cells[0]
        search = {small().run(cell, "trial", index, {}).data_seed for index in range(5)}
        finals = {small().run(cell, "final", index, {}).data_seed for index in range(50)}
        assert len(search) == 1
        assert len(finals) == 50
        assert not search & finals

    def test_another_search_seed_changes_the_search_and_not_the_final_runs(self):
        cell = small().cells[0]
        other = small(search_seed=2)
        assert small().run(cell, "trial", 0, {}).data_seed != other.run(cell, "trial", 0, {}).data_seed
        assert small().run(cell, "final", 0, {}) == other.run(cell, "final", 0, {})


class TestSpec:
    def test_it_holds_all_that_determines_the_numbers(self):
        run = small(epochs=7).run(small().cells[0], "final", 2, {"depth": 1}, checksum="abc")
        assert run.id == "adding-50/lstm/final-002"
        assert run.spec == {
            "task": {"name": "adding-50", "version": 1, "examples": None},
            "data": {"seed": run.data_seed, "checksum": "abc"},
            "architecture": {"name": "lstm", "version": 1},
            "hyperparameters": {"depth": 1},
            "budget": {"weights": 5_000, "epochs": 7, "patience": 5, "threads": 1, "xla_from": 10_000},
            "seed": run.seed,
        }

    def test_the_name_of_the_experiment_is_not_part_of_it(self):
        cell = small().cells[0]
        assert small(name="one").run(cell, "trial", 0, {}).spec == small(name="two").run(cell, "trial", 0, {}).spec


OWN_TASK = '''"""A study of my own."""
import numpy as np
from suite import Data, Experiment, task

@task("own-{name}", family="mine", kind="regression", metric="mse", baseline="mean")
def own(seed: int) -> Data:
    """Zeros."""
    split = (np.zeros((4, 3, 1), "float32"), np.arange(4, dtype="float32"))
    return Data(split, split, split)

experiment = Experiment(tasks=["own-{name}"], architectures=["lstm"])
'''


class TestFile:
    @pytest.fixture
    def file(self, tmp_path):
        path = tmp_path / "mine.py"
        path.write_text(OWN_TASK.replace("{name}", "task"))
        return path

    def test_the_experiment_is_named_after_its_file(self, file):
        experiment = load_experiment(file)
        assert (experiment.name, experiment.description) == ("mine", "A study of my own.")

    def test_a_file_may_be_loaded_again(self, file):
        load_experiment(file)
        file.write_text(OWN_TASK.replace("{name}", "other"))
        assert load_experiment(file).tasks == ("own-other",)
        assert "own-task" not in TASKS.names()

    def test_its_own_tasks_travel_to_workers_that_cannot_import_it(self, file):
        function = load_experiment(file).cells[0].task.function
        carried = cloudpickle.dumps(function)
        file.unlink()
        assert cloudpickle.loads(carried)(1).train[0].shape == (4, 3, 1)

    def test_a_missing_file_suggests_one_that_is_there(self, file):
        with pytest.raises(RequestError, match=r"no experiment file '.*mien\.py': did you mean '.*mine\.py'"):
            load_experiment(file.with_name("mien.py"))

    def test_a_file_that_does_not_import_is_quoted_with_its_line(self, tmp_path):
        path = tmp_path / "broken.py"
        path.write_text("x = 1\ny = x / 0\n")
        with pytest.raises(RequestError, match=r"broken\.py', line 2 does not import: ZeroDivisionError"):
            load_experiment(path)

    def test_a_file_without_an_experiment_says_how_to_end_it(self, tmp_path):
        path = tmp_path / "empty.py"
        path.write_text("experiment = 3\n")
        with pytest.raises(RequestError, match="defines no experiment: end it with `experiment = Experiment"):
            load_experiment(path)
