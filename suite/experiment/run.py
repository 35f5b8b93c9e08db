"""Run: defines one training of one model, its cell and its budget."""

from dataclasses import asdict, dataclass
from typing import Any

from suite.architectures.architecture import Architecture
from suite.recipes.recipe import USUAL, Recipe
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.task import Task

DECIDING = ("classes", "class_weight")  # fields of a task that decide about the numbers of a run


@dataclass(frozen=True)
class Budget:
    """The limits of a run, equal for all architectures. `weights` is None if the width is searched.

    A run uses XLA if its maximum number of time steps (epochs x batches x length) is at least `xla_from`. XLA adds
    about 1.1 s of compilation. The measured break-even of one run is between 9,000 (GRU) and 43,000 (SimpleRNN) time
    steps (lengths 10 to 200, depths 1 and 2), and 1/2 or 1/3 of that if two or three runs per worker share the model.

    `stopping` is the version of the rules in `suite.training.stopping`, so that runs made by other rules are stale.
    """

    weights: int | None
    epochs: int
    patience: int
    threads: int
    xla_from: int = 10_000
    stopping: int = 2


@dataclass(frozen=True)
class Run:
    """One training of one model.

    `data_seed`: the seed of the data. `fold`: which test split of the data. `checksum`: the checksum of the data, or
    None while unknown. `seed`: the seed for Keras. `timeout`: the maximum seconds of the training. `learning_rates`:
    the (lowest, highest) learning rate of the search if the experiment or the architecture sets them, else None.
    `code`: the fingerprint of the architecture, or None while unknown. `concerns`: flags for what is wrong with the
    architecture for this task. `idle`: the names of its hyperparameters without effect, which have no value.
    `proposal`: where the configuration of a trial of an adaptive search is from. `recipe`: how the networks of all
    architectures are trained. `searched`: the choices of the recipe that the configuration makes instead.
    """

    task: Task
    architecture: Architecture
    role: str
    index: int
    hyperparameters: dict[str, Any]
    budget: Budget
    seed: int
    data_seed: int
    examples: int | None = None
    checksum: str | None = None
    attempt: int = 1
    learning_rates: tuple[float, float] | None = None
    timeout: float | None = None
    fold: Fold = ONE_SPLIT
    code: dict[str, Any] | None = None
    concerns: tuple[str, ...] = ()
    idle: tuple[str, ...] | None = None
    proposal: str | None = None
    recipe: Recipe = USUAL
    searched: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """`<task>/<architecture>/<role>-<index>`."""
        return f"{self.task.name}/{self.architecture.name}/{self.role}-{self.index:03d}"

    @property
    def choices(self) -> Recipe:
        """The recipe with the choices that the configuration makes, because they are searched."""
        return self.recipe.chosen(self.searched, self.hyperparameters)

    @property
    def spec(self) -> dict[str, Any]:
        """All settings that determine this run's numbers; the width is not stored because it follows from them."""
        # what a task declares beyond its version, so that records made before there was such a field stay valid
        declared = {name: value for name in DECIDING if (value := getattr(self.task, name))}
        code = {"fingerprint": self.code} if self.code else {}
        recipe = {"recipe": self.recipe.spec} if self.recipe.spec else {}
        several = {"fold": list(self.fold)} if self.fold.folds > 1 else {}
        return {
            "task": {"name": self.task.name, "version": self.task.version, "examples": self.examples} | declared,
            "data": {"seed": self.data_seed, "checksum": self.checksum} | several,
            "architecture": {"name": self.architecture.name, "version": self.architecture.version} | code,
            "hyperparameters": dict(self.hyperparameters),
            "budget": asdict(self.budget),
            "seed": self.seed,
        } | recipe


@dataclass(frozen=True)
class Cell:
    """One task with one architecture: its hyperparameters are searched once, then it is trained with every seed."""

    task: Task
    architecture: Architecture

    @property
    def name(self) -> str:
        """`<task>/<architecture>`."""
        return f"{self.task.name}/{self.architecture.name}"

    @property
    def does_not_apply(self) -> str | None:
        """Why the architecture cannot serve the task; None if it can."""
        return self.architecture.does_not_apply(self.task.causal)
