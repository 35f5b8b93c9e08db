"""Kinds: what the targets of a task are, and which activation a network needs to predict them."""

from dataclasses import dataclass

CLASSIFICATION, MULTI_LABEL, REGRESSION = "classification", "multi-label", "regression"


@dataclass(frozen=True)
class Kind:
    """A kind of task.

    `noun`: its name in sentences. `outputs`: what a network has an output for. `activation`: that of a network's last
    layer, whose outputs then are probabilities. Without one, the outputs are values, and networks learn to predict
    standardised targets.
    """

    noun: str
    outputs: str
    activation: str | None = None

    @property
    def probabilities(self) -> bool:
        """Whether predictions are probabilities, not values in the units of the targets."""
        return self.activation is not None


KINDS = {
    CLASSIFICATION: Kind("classification", "classes", "softmax"),
    MULTI_LABEL: Kind("multi-label classification", "labels", "sigmoid"),
    REGRESSION: Kind("regression", "values"),
}
