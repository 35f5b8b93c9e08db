"""Changed skill: the skill that is left of a network when the inputs of test examples are changed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from suite.experiment.run import Run
from suite.results.runs import skill
from suite.seeds import derive_seed
from suite.tasks.baselines import predict as predicted_by
from suite.tasks.baselines import reference, trivial
from suite.tasks.data import Data
from suite.tasks.metrics import headline
from suite.training.inputs import EVALUATED_STEPS, Scaling, in_task_units, network_input, predict
from suite.training.perturbations import Change, Inputs
from suite.training.sample import Sample, targets_of

DIGITS = 6  # of a stored skill, after the point


def changed_skills(run: Run, data: Data, network: Any, sample: Sample, inputs: Inputs) -> Iterator[Mapping[str, Any]]:
    """Yield each change with the skill that is left: on all examples, and without each part of them."""
    score, changes = _Skill(run, data, sample), [*inputs.changes()]
    together = max(1, EVALUATED_STEPS // inputs.distance.size)  # changes that the network reads at a time
    for start in range(0, len(changes), together):
        some = changes[start : start + together]
        for change, output in zip(some, _outputs(run, data, network, sample, inputs, some), strict=True):
            skills = score.of(output)
            where = {"kind": change.kind, "first": change.first, "last": change.last}
            yield where | {"skill": skills[0], "without": skills[1:]}


def _outputs(
    run: Run, data: Data, network: Any, sample: Sample, inputs: Inputs, changes: Sequence[Change]
) -> Iterator[np.ndarray]:
    """Yield a network's outputs for the targets of the sample, (examples, outputs), with each change of the inputs."""
    steps = None if data.lengths is None else data.steps("test")[sample.rows]
    made = [network_input(inputs.changed(one, _random(run, one)), steps) for one in changes]
    for output in np.split(predict(network, np.concatenate(made)), len(changes)):
        yield output[np.arange(len(output)), sample.anchor] if run.task.per_step else output


def _random(run: Run, change: Change) -> np.random.Generator:
    return np.random.default_rng(derive_seed(run.task.base, "explanation", run.index, change.kind, change.first))


class _Skill:
    """Scores predictions for the targets of a sample on the scale of skill."""

    def __init__(self, run: Run, data: Data, sample: Sample):
        self.task = run.task
        self.levels = run.choices.objective(run.task.kind).levels
        self.target = targets_of(run.task, data, data.test[1])[sample.place]
        constant = predicted_by(trivial(run.task, data), data, "test")
        self.trivial = targets_of(run.task, data, constant)[sample.place]
        self.known = reference(run.task, data, "test")
        every, several = np.unique(sample.part), np.ptp(sample.part) > 0
        self.chosen = [np.ones(len(sample.rows), bool), *(sample.part != one for one in every if several)]
        self.baselines = [self._score(self.trivial, some, ()) for some in self.chosen]

    def of(self, raw: np.ndarray) -> list[float]:
        """Return the skill of a network's outputs (examples, outputs): on all examples, and without each part."""
        plain = Scaling(np.zeros(1, "float32"), np.ones(1, "float32"))  # stored models predict in the task's units
        prediction = in_task_units(self.task, raw, plain, self.target.shape, len(self.levels))
        scores = [self._score(prediction, some, self.levels) for some in self.chosen]
        perfect = self.task.headline.perfect
        pairs = zip(scores, self.baselines, strict=True)
        return [round(float(skill(one, base, perfect)), DIGITS) for one, base in pairs]

    def _score(self, prediction: np.ndarray, some: np.ndarray, levels: tuple[float, ...]) -> float:
        known = {name: self.trivial[some] if name == "trivial" else value for name, value in self.known.items()}
        arrays = self.target[some], prediction[some]
        return headline(self.task.metric, self.task.kind, *arrays, levels=levels, **known)
