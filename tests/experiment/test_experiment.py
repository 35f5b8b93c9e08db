"""An experiment is checked when it is declared, derives its seeds from names, and is loaded from a file."""

import json
import os
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import cloudpickle
import pytest
from repository import ROOT

from suite.errors import RequestError
from suite.experiment.expected_runs import expected_runs
from suite.experiment.experiment import Experiment
from suite.experiment.loading import load_experiment
from suite.results.experiment_info import ExperimentInfo
from suite.seeds import derive_seed
from suite.tasks.task import TASKS
from suite.training.records import flags


def small(**fields) -> Experiment:
    return Experiment(**({"tasks": ["adding-50", "recall-10"], "architectures": ["lstm", "gru"]} | fields))


class TestDeclaration:
    def test_cells_are_all_tasks_with_all_architectures(self):
        assert [cell.name for cell in small().cells] == [
            "adding-50/lstm", "adding-50/gru", "recall-10/lstm", "recall-10/gru",
        ]  # fmt: skip

    def test_an_architecture_that_sees_later_steps_makes_no_cell_with_a_per_step_task(self):
        experiment = small(tasks=["adding-50", "copy-10"], architectures=["gru", "bidirectional-gru"])
        assert [cell.name for cell in experiment.cells] == [
            "adding-50/gru",
            "adding-50/bidirectional-gru",
            "copy-10/gru",
        ]
        why = "the task needs a prediction at every step, and bidirectional-gru sees later steps"
        assert experiment.does_not_apply == {"copy-10/bidirectional-gru": why}
        assert experiment.resolved()["does_not_apply"] == experiment.does_not_apply

    def test_an_experiment_without_any_cell_is_refused(self):
        message = "nothing to run: copy-10/bidirectional-gru is left out: the task needs .* the task with offline=True"
        with pytest.raises(RequestError, match=message):
            small(tasks=["copy-10"], architectures=["bidirectional-gru"])

    @pytest.mark.parametrize(
        "option", ["trials", "best_of", "epochs", "patience", "seeds", "weights", "examples", "threads"]
    )
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

    @pytest.mark.parametrize(
        ("fields", "fault"),
        [
            ({"match": "width"}, "unknown match 'width'"),
            ({"margin": 0}, "margin must be a number above 0, in skill, not 0"),
            ({"margin": "0.1"}, "margin must be a number above 0"),
            ({"tuning_control": 1}, "tuning_control must be True or False"),
            ({"variant": "equal units"}, "variant_of .* and variant .* belong together"),
            ({"variant_of": "matrix"}, "variant_of .* and variant .* belong together"),
            ({"variant_of": "matrix", "variant": " "}, "must be non-empty text"),
            ({"variant_of": "a/b", "variant": "x"}, "use letters, digits"),
            ({"variant_of": "mine", "variant": "x", "name": "mine"}, "cannot be a variant of itself"),
            ({"search_space": ["depth"]}, "search_space must be {name: values}"),
            ({"search_space": {"depth": 1}}, "search_space of 'depth' must be a list of values, or a tuple"),
            ({"search_space": {"depth": []}}, "search_space of 'depth' must be a list"),
            ({"search_space": {"learning_rate": (1e-2, 1e-4)}}, "search_space of 'learning_rate' must be"),
            ({"hyperparameters": [1]}, "hyperparameters must be {name: value}"),
            (
                {"hyperparameters": {"depth": object()}},
                "hyperparameters holds what no JSON file can: Object of",
            ),
            ({"search_space": {"kind": [print]}}, "search_space holds what no JSON file can: Object of type builtin"),
            ({"description": 5}, "description must be text, not 5"),
            ({"description": "\ud800"}, "description holds what no JSON file can: 'utf-8' codec can't encode"),
            ({"hyperparameters": {"lsmt": {"depth": 1}}}, "unknown cell or architecture 'lsmt': did you mean 'lstm'"),
            ({"hyperparameters": {"lstm": {"depth": 1}, "gru": 2}}, "hyperparameters of 'gru' must be"),
        ],
    )
    def test_an_invalid_field_is_reported_in_one_line(self, fields, fault):
        with pytest.raises(RequestError, match=fault):
            small(**fields)

    @pytest.mark.parametrize(
        ("fields", "fault"),
        [
            ({"epoch": 3}, "^Experiment takes no 'epoch': did you mean 'epochs'\\?$"),
            ({"xyz": 3}, "^Experiment takes no 'xyz': available: architectures, .* more$"),
        ],
    )
    def test_an_unknown_field_suggests_the_closest_name(self, fields, fault):
        with pytest.raises(RequestError, match=fault):
            small(**fields)
        with pytest.raises(RequestError, match=fault):
            small().changed(**fields)

    def test_a_missing_field_is_named(self):
        with pytest.raises(RequestError, match="^Experiment: missing a required argument: 'architectures'$"):
            Experiment(["adding-50"])

    def test_a_search_whose_package_is_missing_says_how_to_install_it(self, monkeypatch):
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        with pytest.raises(RequestError, match=r"needs Optuna, .* pip install 'sequence-suite\[optuna\]'"):
            small(search="tpe")

    def test_a_search_seed_of_0_which_means_no_seed_to_keras_tuner_is_refused(self):
        with pytest.raises(RequestError, match="search_seed must be a whole number of at least 1"):
            small(search_seed=0)

    @pytest.mark.training  # the flags of a run are made where Keras is
    @pytest.mark.parametrize(
        ("rates", "bounds"),
        [((1e-4, 1e-2), (1e-4, 1e-2)), ([3e-3, 1e-3], (1e-3, 3e-3)), ([1e-3], None), ([1e-3, 1e-3], None)],
    )
    def test_the_ends_of_a_list_of_learning_rates_are_bounds(self, rates, bounds):
        experiment = small(search_space={"learning_rate": rates})
        run = experiment.run(experiment.cells[0], "final", 0, {"learning_rate": 1e-3})
        assert run.learning_rates == bounds
        assert flags(run, 1, unequal=False) == (["edge-of-range"] if bounds == (1e-3, 3e-3) else [])

    def test_its_plain_values_are_json_and_tell_a_range_from_a_list(self):
        stored = json.loads(json.dumps(small(search_space={"depth": [1], "learning_rate": (1e-4, 1e-2)}).resolved()))
        assert stored["search_space"] == {"depth": [1], "learning_rate": {"low": 1e-4, "high": 1e-2}}
        again = small(search_space=stored["search_space"])
        assert again.search_space == {"depth": [1], "learning_rate": (1e-4, 1e-2)}
        assert (stored["match"], stored["margin"], stored["tuning_control"]) == ("weights", 0.02, False)
        assert (stored["variant_of"], stored["variant"], stored["hyperparameters"]) == (None, None, {})

    @pytest.mark.parametrize("search", ["random", "bayesian", "hyperband", "tpe"])
    def test_it_notes_what_to_know_about_its_search(self, search):
        pytest.importorskip("optuna")
        note = small(search=search).resolved()["search_note"]
        assert ("order" in note) == (search in ("bayesian", "tpe"))
        assert ("from its start" in note) == (search == "hyperband")

    def test_naming_the_width_searches_it(self):
        assert small(search_space={"units": [32, 64]}).match == "units"

    def test_a_name_given_twice_counts_once(self):
        assert small(tasks=["adding-50", "adding-50"]).tasks == ("adding-50",)


class TestBestOf:
    @pytest.mark.parametrize(("trials", "best_of"), [(24, 4), (48, 8), (12, 2), (29, 4), (5, 1), (1, 1)])
    def test_verdicts_are_about_a_sixth_of_the_trials(self, trials, best_of):
        assert small(trials=trials).resolved()["best_of"] == best_of

    def test_the_usual_number_of_trials_is_the_fewest_for_a_firm_verdict(self):
        assert (small().trials, small().resolved_best_of) == (24, 4)

    def test_a_given_number_stays_whatever_the_number_of_trials(self):
        experiment = small(trials=24, best_of=8)
        assert experiment.resolved()["best_of"] == 8
        assert experiment.changed(trials=2).resolved_best_of == 8

    def test_another_number_of_trials_changes_the_usual_one(self):
        assert small(trials=24).changed(trials=48).resolved_best_of == 8

    def test_a_stored_experiment_knows_it_or_was_made_before(self):
        assert ExperimentInfo(trials=24).best_of == 0
        assert ExperimentInfo.from_json(small().resolved(), Path("experiment.json")).best_of == 4

    def test_it_is_in_no_spec(self):
        cell = small().cells[0]
        assert small(best_of=2).run(cell, "trial", 1, {}).spec == small().run(cell, "trial", 1, {}).spec


class TestExpectedRuns:
    def test_a_cell_is_searched_and_then_trained_with_every_seed(self):
        experiment = small(trials=3, seeds=4)
        assert experiment.expected(experiment.cells[0]) == {"trial": 3, "final": 4, "control": 1}

    def test_control_runs_are_as_many_as_final_runs(self):
        experiment = small(trials=3, seeds=4, tuning_control=True)
        assert experiment.expected(experiment.cells[0])["control"] == 4

    @pytest.mark.parametrize("search", ["bayesian", "hyperband"])
    def test_a_search_that_begins_with_the_default_needs_no_control_run(self, search):
        experiment = small(trials=3, seeds=4, search=search)
        assert experiment.expected(experiment.cells[0]) == {"trial": 3, "final": 4, "control": 0}
        assert experiment.changed(tuning_control=True).expected(experiment.cells[0])["control"] == 4

    def test_a_folder_made_before_began_with_the_default_too(self):
        stored = ExperimentInfo(tasks=["adding-50"], architectures=["lstm"], trials=3, seeds=4)
        assert expected_runs(stored, "adding-50", "lstm") == {"trial": 3, "final": 4, "control": 0}
        assert expected_runs(replace(stored, best_of=1), "adding-50", "lstm")["control"] == 1

    def test_a_given_configuration_needs_no_search(self):
        experiment = small(trials=3, seeds=4, hyperparameters={"depth": 2})
        assert {experiment.expected(cell)["trial"] for cell in experiment.cells} == {0}
        assert {experiment.expected(cell)["control"] for cell in experiment.cells} == {0}

    def test_configurations_may_be_given_by_architecture_and_by_cell(self):
        given = {"lstm": {"depth": 1}, "recall-10/lstm": {"depth": 2}}
        experiment = small(trials=3, hyperparameters=given)
        assert {cell.name: experiment.configuration(cell) for cell in experiment.cells} == {
            "adding-50/lstm": {"depth": 1}, "adding-50/gru": None,
            "recall-10/lstm": {"depth": 2}, "recall-10/gru": None,
        }  # fmt: skip
        assert [experiment.expected(cell)["trial"] for cell in experiment.cells] == [0, 3, 0, 3]


class TestSeeds:
    def test_a_seed_depends_on_the_names_alone_and_is_never_zero(self):
        assert derive_seed("a", 1) == derive_seed("a", 1) != derive_seed("a", 2)
        assert all(1 <= derive_seed("x", index) < 2**31 for index in range(1_000))

    def test_final_runs_are_paired_across_architectures(self):
        lstm, gru = small().cells[:2]
        runs = [small().run(cell, "final", 3, {}) for cell in (lstm, gru)]
        assert runs[0].seed == runs[1].seed
        assert runs[0].data_seed == runs[1].data_seed

    def test_trials_are_paired_across_architectures_and_each_has_its_own_seeds(self):
        lstm, gru = small().cells[:2]
        seeds = [[small().run(cell, "trial", index, {}) for index in range(30)] for cell in (lstm, gru)]
        for kind in ("data_seed", "seed"):
            one, other = ([getattr(run, kind) for run in runs] for runs in seeds)
            assert one == other
            assert len(set(one)) == 30

    @pytest.mark.parametrize(("search", "draws"), [("random", 5), ("bayesian", 1), ("hyperband", 1)])
    def test_dependent_trials_share_one_draw_of_the_data_and_no_final_run_has_it(self, search, draws):
        experiment = small(search=search)
        cell = experiment.cells[0]
        trials = {experiment.run(cell, "trial", index, {}).data_seed for index in range(5)}
        finals = {experiment.run(cell, "final", index, {}).data_seed for index in range(50)}
        assert len(trials) == draws
        assert len(finals) == 50
        assert not trials & finals

    def test_another_search_seed_changes_the_search_and_not_the_final_runs(self):
        cell = small().cells[0]
        other = small(search_seed=2)
        assert small().run(cell, "trial", 0, {}).data_seed != other.run(cell, "trial", 0, {}).data_seed
        assert small().run(cell, "final", 0, {}) == other.run(cell, "final", 0, {})

    def test_a_control_run_has_the_seeds_of_the_final_run(self):
        cell = small().cells[0]
        final, control = (small().run(cell, role, 3, {}) for role in ("final", "control"))
        assert (control.seed, control.data_seed, control.id) == (
            final.seed,
            final.data_seed,
            "adding-50/lstm/control-003",
        )
        assert control.spec == final.spec


class TestSpec:
    def test_the_new_fields_leave_the_specs_of_stored_runs_as_they_were(self):
        cell = small().cells[0]
        changed = small(margin=0.1, tuning_control=True, variant_of="matrix", variant="x", search_space={"depth": [1]})
        for role in ("trial", "final"):
            assert changed.run(cell, role, 1, {}).spec == small().run(cell, role, 1, {}).spec

    def test_a_searched_width_has_no_budget_of_weights(self):
        cell = small().cells[0]
        assert small(match="units").run(cell, "final", 0, {}).spec["budget"]["weights"] is None

    def test_trials_of_successive_halving_have_their_own_epochs(self):
        experiment = small(search="hyperband", epochs=9, trials=5)
        cell = experiment.cells[0]
        budgets = [experiment.run(cell, "trial", index, {}).spec["budget"]["epochs"] for index in range(5)]
        assert budgets == [9, 3, 3, 3, 9]
        assert experiment.run(cell, "final", 1, {}).budget.epochs == 9

    def test_it_holds_all_that_determines_the_numbers(self):
        run = small(epochs=7).run(small().cells[0], "final", 2, {"depth": 1}, checksum="abc")
        assert run.id == "adding-50/lstm/final-002"
        assert run.spec == {
            "task": {"name": "adding-50", "version": 1, "examples": None},
            "data": {"seed": run.data_seed, "checksum": "abc"},
            "architecture": {"name": "lstm", "version": 1},
            "hyperparameters": {"depth": 1},
            "budget": {"weights": 5_000, "epochs": 7, "patience": 5, "threads": 1, "xla_from": 10_000, "stopping": 2},
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

    def test_a_change_is_seen_at_once_and_nothing_is_left_beside_the_file(self, file, monkeypatch):
        monkeypatch.setattr(sys, "dont_write_bytecode", False)  # compiled modules know a change by its second
        for name in ("task", "last"):
            file.write_text(OWN_TASK.replace("{name}", name))
            os.utime(file, (1, 1))
            assert load_experiment(file).tasks == (f"own-{name}",)
        assert list(file.parent.iterdir()) == [file]

    def test_its_own_tasks_reach_workers_that_cannot_import_it(self, file):
        function = load_experiment(file).cells[0].task.function
        carried = cloudpickle.dumps(function)
        file.unlink()
        assert cloudpickle.loads(carried)(1).train[0].shape == (4, 3, 1)

    def test_a_missing_file_suggests_one_that_is_there(self, file):
        with pytest.raises(RequestError, match=r"no experiment file '.*mien\.py': did you mean '.*mine\.py'"):
            load_experiment(file.with_name("mien.py"))

    def test_a_file_that_fails_to_import_is_quoted_with_its_line(self, tmp_path):
        path = tmp_path / "broken.py"
        path.write_text("x = 1\ny = x / 0\n")
        with pytest.raises(RequestError, match=r"broken\.py', line 2 failed to import: ZeroDivisionError"):
            load_experiment(path)

    def test_a_file_without_an_experiment_says_how_to_end_it(self, tmp_path):
        path = tmp_path / "empty.py"
        path.write_text("experiment = 3\n")
        with pytest.raises(RequestError, match="defines no experiment: end it with `experiment = Experiment"):
            load_experiment(path)


EXPERIMENTS = ROOT / "experiments"


class TestShipped:
    @pytest.mark.parametrize("path", sorted(EXPERIMENTS.glob("*.py")), ids=lambda path: path.stem)
    def test_every_file_loads_from_any_folder_and_says_what_it_is(self, path, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        experiment = load_experiment(path)
        assert experiment.name == path.stem
        assert experiment.description

    def test_the_variants_of_the_matrix_name_it_and_differ_in_one_way(self):
        matrix = load_experiment(EXPERIMENTS / "matrix.py")
        changes = {}
        for path in EXPERIMENTS.glob("matrix_*.py"):
            variant = load_experiment(path)
            assert variant.variant_of == "matrix"
            aside = {"name", "description", "file", "variant_of", "variant"}
            plain, varied = matrix.resolved(), variant.resolved()
            changes[variant.variant] = {key for key in plain if key not in aside and plain[key] != varied[key]}
        assert changes == {
            "equal units": {"match", "search_space"},
            "chrono start of the gates": {"search_space"},
            "another search seed": {"search_seed"},
        }

    def test_the_variants_of_the_reference_study_name_it_and_differ_in_one_way(self):
        reference = load_experiment(EXPERIMENTS / "reference.py")
        variants = [load_experiment(path) for path in EXPERIMENTS.glob("reference_*.py")]
        fields = ("match", "search_space", "search_seed", "epochs", "architectures")
        changes = {
            one.name: ({field for field in fields if getattr(one, field) != getattr(reference, field)}, len(one.tasks))
            for one in variants
        }
        assert changes == {
            "reference_units": ({"match", "search_space"}, 10),
            "reference_starts": ({"search_space"}, 10),
            "reference_seed": ({"search_seed"}, 10),
            "reference_longer": ({"epochs"}, 4),
            "reference_newer": ({"architectures"}, 4),
        }
        assert all(set(one.tasks) < set(reference.tasks) for one in variants)
        assert {one.name for one in variants if one.variant_of == "reference"} == {*changes} - {"reference_newer"}

    def test_the_reference_study_has_real_tasks_sweeps_and_controls(self):
        experiment = load_experiment(EXPERIMENTS / "reference.py")
        tasks = {cell.task.name: cell.task for cell in experiment.cells}
        families = {task.family for task in tasks.values()}
        assert {tasks[name].family for name in experiment.tasks[:10]} == families - {"sentiment"}
        assert sum(not task.generated for task in tasks.values()) == 8
        assert {"prices-random-walk", "prices-lagged"} < set(tasks)
        lengths = Counter(task.sweep for task in tasks.values())
        assert (lengths["adding"], lengths["recall"]) == (3, 3)

    def test_the_matrix_is_offline_and_has_the_families_and_controls(self):
        matrix = load_experiment(EXPERIMENTS / "matrix.py")
        tasks = {cell.task.name: cell.task for cell in matrix.cells}
        assert len(tasks) == 12
        assert {task.availability for task in tasks.values()} == {"offline"}
        assert {task.family for task in tasks.values()} == {"speech", "sentiment", "stocks", "memory", "controls"}
        sweeps = {task.sweep for task in tasks.values() if task.family != "controls"}
        assert len(sweeps) >= 8  # as many as a comparison across tasks needs
        assert (matrix.trials, matrix.best_of, matrix.seeds) == (24, 4, 5)
        assert all(sum(matrix.expected(cell).values()) == 34 for cell in matrix.cells)
        full = load_experiment(EXPERIMENTS / "full.py")
        assert (full.trials, full.best_of, full.seeds, full.tasks) == (72, 8, 10, matrix.tasks)
