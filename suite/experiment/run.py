"""Run: one training of one model; its cell and its budget."""

from dataclasses import asdict, dataclass
from typing import Any

from suite.architectures.architecture import Architecture
from suite.tasks.task import Task


@dataclass(frozen=True)
class Budget:
    """What a run may spend, the same for all architectures. `weights` is None if the width is searched.

    A run uses XLA if it may train on at least `xla_from` time steps (epochs x batches x length). Compiling with XLA
    takes about 1.1 s longer. Measured break-even for one run: 9,000 (GRU) to 43,000 (SimpleRNN) time steps, at lengths
    of 10 to 200 and depths of 1 and 2; half or a third of that if two or three runs per worker share the model.
    """

    weights: int | None
    epochs: int
    patience: int
    threads: int
    xla_from: int = 10_000


@dataclass(frozen=True)
class Run:
    """One training of one model.

    `data_seed` draws the data; their `checksum` is None while unknown. `seed` is the one given to Keras. `timeout`: the
    most seconds that the training may take. `learning_rates`: the bounds of the search if the user set them, else None.
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

    @property
    def id(self) -> str:
        """`<task>/<architecture>/<role>-<index>`."""
        return f"{self.task.name}/{self.architecture.name}/{self.role}-{self.index:03d}"

    @property
    def spec(self) -> dict[str, Any]:
        """Everything that determines this run's numbers; the width follows from it."""
        return {
            "task": {"name": self.task.name, "version": self.task.version, "examples": self.examples},
            "data": {"seed": self.data_seed, "checksum": self.checksum},
            "architecture": {"name": self.architecture.name, "version": self.architecture.version},
            "hyperparameters": dict(self.hyperparameters),
            "budget": asdict(self.budget),
            "seed": self.seed,
        }


@dataclass(frozen=True)
class Cell:
    """One task with one architecture; it is searched once, then trained with every seed."""

    task: Task
    architecture: Architecture

    @property
    def name(self) -> str:
        """`<task>/<architecture>`."""
        return f"{self.task.name}/{self.architecture.name}"

    @property
    def does_not_apply(self) -> str | None:
        """Why the architecture cannot serve the task; None if it can."""
        return self.architecture.does_not_apply(self.task.per_step)
