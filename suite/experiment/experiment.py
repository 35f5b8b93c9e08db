"""Experiment: declares tasks, architectures, budgets and seeds, and derives the cells and runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from suite.architectures.architecture import ARCHITECTURES
from suite.errors import RequestError, check_name, closest_keyword, is_number
from suite.experiment import validation
from suite.experiment.budgets import check_budgets, one_or_several, with_budgets, without_former
from suite.experiment.expected_runs import configuration_given, expected_runs
from suite.experiment.looks import FIRM_SEARCH, MOST_TRIALS, check_looks, check_trials
from suite.experiment.plain_fields import plain_fields
from suite.experiment.run import Budget, Cell, Run
from suite.experiment.training_choices import check_training, recipe, searched_choices
from suite.search.methods import METHODS, Method
from suite.seeds import derive_seed
from suite.tasks.fold import Fold
from suite.tasks.task import TASKS, Task

MATCHES = ("weights", "units")
# option -> the largest number; what is larger would only fill memory before anything runs
COUNTS = {
    "trials": MOST_TRIALS, "best_of": MOST_TRIALS, "epochs": 1_000_000, "patience": 1_000_000, "seeds": 10_000,
    "weights": 10**9, "examples": 10**9, "search_seed": 2**63 - 1, "threads": 1_024, "folds": 1_000,
}  # fmt: skip
OPTIONAL = ("best_of", "examples")


@closest_keyword
@dataclass(frozen=True)
class Experiment:
    """Every task with every architecture, all with the same budget.

    `trials`: number of configurations to search per cell. `best_of`: number of trials of the search that verdicts are
    about, by default a sixth of `trials`. `looks`: increasing numbers of trials; after each, a task whose verdicts are
    decided stops. `best_of` then follows from the declared `trials`, and `trials` becomes the last look. `epochs`:
    maximum number of epochs of a training. `patience`: a training ends after this many epochs without a better
    validation score, once it has begun to learn. `seeds`: number of final runs per cell, which train the best
    configuration. `folds`: number of test splits of every task that has several; trial i and final run i use test split
    i modulo `folds`. `weights`: number of trainable weights of the architecture in every model. `examples`: number of
    training examples of generated tasks. Either may be a list: every task then has an entry for each number, such as
    adding-50@4000w and adding-50@16000w for weights, or adding-50@1000n for examples, all with the same seeds. Such a
    budget may also be part of a name in `tasks`. `search_seed`: a different number gives a different search. `threads`:
    number of TensorFlow threads in each run. `run_timeout`: seconds after which a training stops between two batches;
    if it does not stop, its worker is killed. The timeout affects whether a run succeeds, never its numbers, so it is
    in no spec. `file`: the path that it was loaded from. Raises RequestError if the experiment cannot run.

    `search`: the kind of search: "random", "bayesian", "tpe" or "hyperband"; see `suite.search.builtin`.
    `match`: "weights" gives all models this number of weights; "units" searches the width, without a weight budget.
    `search_space`: hyperparameter -> list of values, or (low, high), to search instead of the whole range; it applies
    to all architectures with this hyperparameter. Training choices and the look-back window (`lookback`) may be
    searched too. Naming `units` implies match="units". Names and values are checked before anything runs.
    `hyperparameters`: a configuration to use without a search, either one for all cells or {cell or architecture:
    configuration} for some of them; hyperparameters that it does not name have their defaults.
    `loss`, `quantiles`, `optimizer`, `schedule`, `clip_norm`, `weight_decay`, `precision`: how all networks are
    trained; see `suite.recipes` and docs/running.md. `loss` names a loss, or {kind of task: loss}.
    `tuning_control`: train the default configuration with the seeds and data of all final runs, to measure the gain
    from tuning. Otherwise the default is trained once, and only if trials are independent draws.
    `margin`: difference in skill below which two architectures are practically equal. `variant_of`: name of the
    experiment that this one varies. `variant`: a short phrase that describes the variation.
    `claims`: `suite.claims.Claim` objects to judge in addition to the built-in claims.
    """

    tasks: Sequence[str]
    architectures: Sequence[str]
    search: str = "random"
    trials: int = 24
    best_of: int | None = None
    looks: Sequence[int] = ()
    epochs: int = 30
    patience: int = 5
    seeds: int = 5
    weights: int | Sequence[int] = 5_000
    examples: int | Sequence[int] | None = None
    folds: int = 1
    search_seed: int = 1
    threads: int = 1
    match: str = "weights"
    search_space: Mapping[str, Any] = field(default_factory=dict)
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    loss: str | Mapping[str, str] | None = None
    quantiles: Sequence[float] = ()
    optimizer: str = "adam"
    schedule: str = "constant"
    clip_norm: float = 1.0
    weight_decay: float | None = None
    precision: str | None = None
    tuning_control: bool = False
    margin: float = 0.02
    variant_of: str | None = None
    variant: str | None = None
    claims: Sequence[Any] = ()
    run_timeout: float | None = None
    name: str = "experiment"
    description: str = ""
    file: str = ""

    def __post_init__(self) -> None:
        check_name("experiment", self.name, "the file's name")
        validation.check_storable("description", self.description, str)
        for option, most in COUNTS.items():
            if (count := getattr(self, option)) is not None or option not in OPTIONAL:
                object.__setattr__(self, option, one_or_several(option, count, most))
        validation.check_seconds("run_timeout", self.run_timeout)
        self.method.check_installed()
        validation.check_member("match", self.match, MATCHES)
        object.__setattr__(self, "tasks", with_budgets(self, validation.distinct("tasks", self.tasks)))
        object.__setattr__(self, "architectures", validation.distinct("architectures", self.architectures))
        cells = self.cells  # an unknown name raises an error here, not at the first run
        if not cells:
            way_out = "if the whole sequence is known before the first prediction, declare the task with offline=True"
            raise RequestError(f"nothing to run: {validation.summary_of(self.does_not_apply)}: {way_out}")
        object.__setattr__(self, "search_space", validation.own_space(self.search_space))
        check_training(self, list(dict.fromkeys(cell.task for cell in cells)))
        if "units" in self.search_space:
            object.__setattr__(self, "match", "units")
        check_budgets([cell.task for cell in cells], self.match)
        validation.check_hyperparameters(self.hyperparameters, [*self.architectures, *(cell.name for cell in cells)])
        given = any(self.configuration(cell) is not None for cell in cells)
        object.__setattr__(
            self, "looks", check_looks(self.looks, self.resolved_best_of, self.method.independent, given)
        )
        if self.looks:
            object.__setattr__(self, "best_of", self.resolved_best_of)
            object.__setattr__(self, "trials", self.looks[-1])
        validation.check_size(len(cells) * (self.trials + self.seeds * (1 + self.tuning_control)))
        trials = max(self.expected(cell)["trial"] for cell in cells)
        validation.check_folds(self.folds, trials or self.folds, [cell.task for cell in cells])
        validation.check_truth("tuning_control", self.tuning_control)
        validation.check_margin(self.margin)
        validation.check_variant(self.name, self.variant_of, self.variant)

    @property
    def resolved_best_of(self) -> int:
        """The number of trials that verdicts are about: `best_of` if given, else a sixth of `trials`, at least 1."""
        return self.best_of or max(1, self.trials // FIRM_SEARCH)

    @property
    def granted(self) -> Mapping[str, int]:
        """Task -> trials that looks have granted it so far: none before a run; see `ExperimentInfo`."""
        return {}

    @cached_property
    def method(self) -> Method:
        """The kind of search."""
        return METHODS.get(f"{self.search}")

    @property
    def cells(self) -> list[Cell]:
        """All cells: every task with every architecture that can serve it."""
        return [cell for cell in self._pairs() if not cell.does_not_apply]

    @property
    def does_not_apply(self) -> dict[str, str]:
        """`<task>/<architecture>` -> why the architecture cannot serve the task; these pairs are not cells."""
        return {cell.name: why for cell in self._pairs() if (why := cell.does_not_apply)}

    def _pairs(self) -> list[Cell]:
        architectures = [ARCHITECTURES.get(name) for name in self.architectures]
        return [Cell(TASKS.get(task), architecture) for task in self.tasks for architecture in architectures]

    def epochs_of(self, role: str, index: int) -> int:
        """Return the maximum number of epochs of a run; a search may grant its trials fewer than `epochs`."""
        return self.method.trial_place(index, self.epochs).epochs if role == "trial" else self.epochs

    def budget_of(self, task: Task, role: str, index: int) -> Budget:
        """Return the budget of a run."""
        weights = task.granted("weights", self.weights) if self.match == "weights" else None
        return Budget(weights, self.epochs_of(role, index), self.patience, self.threads)

    def examples_of(self, task: Task) -> int | None:
        """Return the number of training examples of a task; None for its usual number."""
        return task.granted("examples", self.examples)

    def expected(self, cell: Cell) -> dict[str, int]:
        """Return role -> number of runs that a cell needs."""
        return expected_runs(self, cell.task.name, cell.architecture.name)

    def configuration(self, cell: Cell) -> Mapping[str, Any] | None:
        """Return the hyperparameters given for a cell; None if they are searched."""
        return configuration_given(self.hyperparameters, cell.task.name, cell.architecture.name)

    def resolved(self) -> dict[str, Any]:
        """Return plain values for experiment.json: all fields except `claims`, the search note and excluded pairs."""
        return plain_fields(self)

    def changed(self, **options: Any) -> "Experiment":
        """Return a copy in which these fields are changed; options that are None change nothing."""
        check_trials(self.looks, options.get("trials"))
        changed = {key: value for key, value in options.items() if value is not None}
        return replace(self, **without_former(self, changed))

    def varied(self, variant: str, **options: Any) -> "Experiment":
        """Return a variant of this experiment with different options, to be declared in its own experiment file."""
        own = {"variant_of": self.name, "variant": variant, "name": f"{self.name}_variant", "description": ""}
        return replace(self, **without_former(self, options), **own)

    def data_seed(self, task: Task, role: str, index: int) -> int:
        """Return the data seed of a run; it is the same for all architectures.

        Every trial has data of its own if trials are independent draws; otherwise all trials share one draw, so that
        their scores can be compared. Control run k has the data of final run k.
        """
        if role != "trial":
            return derive_seed(task.base, "data", "final", index)
        if self.method.independent:
            return derive_seed(task.base, "data", "trial", self.search_seed, index)
        return derive_seed(task.base, "data", "search", self.search_seed)

    def fold(self, task: Task, index: int) -> Fold:
        """Return the test split of the trial, final run and control run `index`; it is the same for all architectures.

        The runs take turns with the folds. If trials depend on each other, all runs have one fold, which `search_seed`
        chooses: nothing that the search saw may be tested.
        """
        folds = task.folds(self.folds)
        return Fold((index if self.method.independent else self.search_seed - 1) % folds, folds)

    def run(
        self,
        cell: Cell,
        role: str,
        index: int,
        hyperparameters: dict[str, Any],
        checksum: str | None = None,
        attempt: int = 1,
    ) -> Run:
        """Return the run of a cell with this role and index; a control run has the seeds of the final run `index`."""
        rates = [rate for rate in self.search_space.get("learning_rate", ()) if is_number(rate)]
        names = (role, self.search_seed) if role == "trial" else ("final",)
        return Run(
            task=cell.task,
            architecture=cell.architecture,
            role=role,
            index=index,
            hyperparameters=hyperparameters,
            budget=self.budget_of(cell.task, role, index),
            seed=derive_seed(cell.task.base, "weights", *names, index),
            data_seed=self.data_seed(cell.task, role, index),
            examples=self.examples_of(cell.task),
            checksum=checksum,
            attempt=attempt,
            learning_rates=(min(rates), max(rates)) if len(set(rates)) > 1 else None,
            timeout=self.run_timeout,
            fold=self.fold(cell.task, index),
            recipe=recipe(self, cell.task.kind),
            searched=searched_choices(self),
        )
