"""Recipe: the training choices of a run, which are equal for all architectures of an experiment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from suite.recipes.loss import LOSSES, Objective, usual_loss
from suite.recipes.optimizer import OPTIMIZERS

PRECISIONS = ("float32", "mixed_float16", "mixed_bfloat16")
MEDIAN = 0.5
SEARCHABLE = ("loss", "optimizer", "schedule", "clip_norm", "weight_decay", "precision", "lookback")


@dataclass(frozen=True)
class Recipe:
    """How the networks of a run are trained; the defaults are what a spec without a recipe means.

    `loss`: None for the usual loss of the task's kind. `quantiles`: the levels that a loss of quantiles predicts.
    `schedule`: how the learning rate changes during a training. `clip_norm`: the largest global norm of the gradients
    (Pascanu et al. 2013); larger ones are scaled down. `weight_decay`: decoupled from the loss (Loshchilov and Hutter
    2019); None for what the optimizer usually has. `precision`: Keras' float policy; None for the policy of the
    process. `lookback`: how many of the last valid steps a network reads; None for all of them.
    """

    loss: str | None = None
    quantiles: tuple[float, ...] = ()
    optimizer: str = "adam"
    schedule: str = "constant"
    clip_norm: float = 1.0
    weight_decay: float | None = None
    precision: str | None = None
    lookback: int | None = None

    def chosen(self, searched: Collection[str], hyperparameters: Mapping[str, Any]) -> Self:
        """Return the recipe with the choices that a configuration makes, for those among the names in `searched`."""
        names = [name for name in SEARCHABLE if name in searched and name in hyperparameters]
        return replace(self, **{name: hyperparameters[name] for name in names})

    def objective(self, kind: str) -> Objective:
        """Return the loss to train on a task of this kind."""
        loss = LOSSES.get(self.loss or usual_loss(kind))
        return Objective(loss, kind, self.quantiles if loss.quantiles else ())

    @property
    def decay(self) -> float:
        """The weight decay: the given one, or what the optimizer usually has."""
        return OPTIMIZERS.get(self.optimizer).weight_decay if self.weight_decay is None else self.weight_decay

    @property
    def spec(self) -> dict[str, Any]:
        """All choices that differ from the defaults, as plain values; records made before there were any stay valid."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in own.items()
                if value != getattr(Recipe, name)}  # fmt: skip

    @classmethod
    def stored(cls, spec: Mapping[str, Any]) -> Self:
        """Return the recipe in the spec of a run, without choices that only a later release knows."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in spec.get("recipe", {}).items() if name in known})

    def described(self, kind: str) -> str:
        """Return the choices as text, for a task of this kind."""
        parts = [f"loss {self.loss or usual_loss(kind)}", f"optimizer {self.optimizer}", f"schedule {self.schedule}"]
        parts += [f"gradients clipped at norm {self.clip_norm:g}"]
        parts += [] if self.weight_decay is None else [f"weight decay {self.weight_decay:g}"]
        parts += [f"precision {self.precision}"] if self.precision else []
        parts += [f"only the last {self.lookback} steps read"] if self.lookback else []
        return ", ".join(parts)


USUAL = Recipe()
