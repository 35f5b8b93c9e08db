"""Plots: results -> figures. Every function takes results and which of their tasks (or sweeps) to draw."""

from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

from suite.report.figures.across_tasks import aggregate_skill, improvements, profiles, ranks
from suite.report.figures.costs import costs, overall_costs
from suite.report.figures.examples import drawable, examples, missed, missed_pictures
from suite.report.figures.gradients import gradients
from suite.report.figures.learning_curves import learning_curves
from suite.report.figures.lengths import lengths
from suite.report.figures.marks import scored
from suite.report.figures.overview import overview
from suite.report.figures.predictions import calibrations, confusions, is_series, predicted
from suite.report.figures.scores import scores
from suite.report.figures.search import expected_best, hyperparameters, varied
from suite.results.results import Results

__all__ = [
    "Plots",
    "aggregate_skill",
    "calibrations",
    "confusions",
    "costs",
    "drawable",
    "examples",
    "expected_best",
    "gradients",
    "hyperparameters",
    "improvements",
    "is_series",
    "learning_curves",
    "lengths",
    "missed",
    "missed_pictures",
    "overall_costs",
    "overview",
    "predicted",
    "profiles",
    "ranks",
    "scored",
    "scores",
    "varied",
]

Plot = Callable[[Results, Sequence[str]], Figure]


class Plots:
    """The figures of the report one by one, for notebooks: `suite.load(DIR).plot.scores()`.

    Every method takes the tasks to draw (`lengths`: the sweeps), all for which there is something by default.
    """

    def __init__(self, results: Results):
        self._results = results

    def examples(self, *tasks: str) -> Figure:
        """A few training examples."""
        return self._draw(examples, tasks, lambda task: bool(drawable(self._results, task)))

    def scores(self, *tasks: str) -> Figure:
        """Test scores of the final runs, means with intervals, baselines."""
        return self._draw(scores, tasks, self._scored)

    def learning_curves(self, *tasks: str) -> Figure:
        """Training and validation score by epoch."""
        return self._draw(learning_curves, tasks, lambda task: len(self._results.histories(task, "val_").dropna()) > 0)

    def gradients(self, *tasks: str) -> Figure:
        """Gradients at recurrent states by steps before the end."""
        return self._draw(gradients, tasks, lambda task: len(self._results.gradients(task)) > 0)

    def confusions(self, *tasks: str) -> Figure:
        """Confusion matrices of classifications."""
        return self._draw(confusions, tasks, lambda task: self._answered(task, "classification"))

    def calibrations(self, *tasks: str) -> Figure:
        """Accuracy against confidence of classifications."""
        return self._draw(calibrations, tasks, lambda task: self._answered(task, "classification"))

    def predicted(self, *tasks: str) -> Figure:
        """Predicted against true values of regressions."""
        return self._draw(predicted, tasks, lambda task: self._answered(task, "regression"))

    def missed(self, *tasks: str) -> Figure:
        """Test examples that no final run of a classification got right."""
        return self._draw(missed, tasks, lambda task: bool(missed_pictures(self._results, task)))

    def hyperparameters(self, *tasks: str) -> Figure:
        """Validation scores of the search by hyperparameter."""
        searched = set(self._results.runs.query("role == 'trial'").dropna(subset="score")["task"])
        return self._draw(hyperparameters, tasks, lambda task: task in searched and bool(varied(self._results)))

    def expected_best(self, *tasks: str) -> Figure:
        """Expected best validation score by trials and by seconds of training."""
        from suite.analysis.tuning import expected_best as curves

        known = set(curves(self._results)["task"])
        return self._draw(expected_best, tasks, lambda task: task in known)

    def lengths(self, *sweeps: str) -> Figure:
        """Scores against the length of sequences."""
        facts = self._results.tasks.values()
        known = dict.fromkeys(str(one.sweep) for one in facts if one.length)
        return self._draw(lengths, sweeps or [name for name in known if len(self._results.sweep(name))], None)

    def costs(self, *tasks: str) -> Figure:
        """Scores against weights and training time."""
        return self._draw(costs, tasks, self._scored)

    def aggregate_skill(self) -> Figure:
        """Interquartile mean of skill over all tasks that count."""
        return aggregate_skill(self._results, ())

    def profiles(self) -> Figure:
        """Performance profiles over all tasks that count."""
        return profiles(self._results, ())

    def improvements(self) -> Figure:
        """Probability of improvement of every two architectures over all tasks that count."""
        return improvements(self._results, ())

    def _scored(self, task: str) -> bool:
        return len(scored(self._results, task)) > 0

    def _answered(self, task: str, kind: str) -> bool:
        from suite.analysis.predictions import answered

        return self._results.task(task).kind == kind and bool(answered(self._results, task))

    def _draw(self, plot: Plot, subjects: Sequence[str], fits: Callable[[str], bool] | None) -> Figure:
        """Raises ValueError where there is nothing to draw."""
        chosen = list(subjects) or [task for task in self._results.task_names if fits and fits(task)]
        if not chosen:
            raise ValueError(f"there is nothing to draw for `{plot.__name__}` in '{self._results.store.root}'")
        return plot(self._results, chosen)
