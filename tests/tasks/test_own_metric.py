"""A metric of one's own: declared in the experiment file, scored like the built-in ones, known to every process."""

import math
import pickle
import subprocess
import sys

import numpy as np
import pytest
from baseline_scores import measure

from suite import Data, RequestError, load_experiment, metric, task
from suite.errors import MetricError
from suite.runner.engines.dask import pickled
from suite.tasks.description import check_defined, describe
from suite.tasks.metrics import METRICS, evaluate, headline, item_scores, serving
from suite.tasks.task import TASKS

TARGET, PREDICTION = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.5, 5.0])


def near(given):
    return np.abs(given.errors) < 1


def declare_near():
    metric("near", "regression", "higher", (0, 1), per_target=True)(near)


class TestDeclaration:
    def test_it_is_scored_beside_the_built_in_ones(self):
        declare_near()
        scores = evaluate("regression", TARGET, PREDICTION, TARGET)
        assert scores["near"] == pytest.approx(2 / 3)
        assert METRICS.get("near").perfect == 1
        assert set(scores) == set(serving("regression", series=False))

    def test_a_score_of_every_target_says_how_uncertain_their_mean_is(self):
        declare_near()
        assert item_scores("near", "regression", TARGET, PREDICTION).tolist() == [1, 1, 0]

    def test_a_single_number_has_no_contributions(self):
        metric("worst", "regression", "lower", (0, np.inf))(lambda given: np.abs(given.errors).max())
        assert headline("worst", "regression", TARGET, PREDICTION) == 2
        assert item_scores("worst", "regression", TARGET, PREDICTION) is None

    def test_it_may_score_several_kinds(self):
        metric("sure", ("classification", "multi-label"), "higher", (0, 1))(lambda given: given.prediction.max())
        assert {"sure"} <= set(serving("classification")) & set(serving("multi-label")) - set(serving("regression"))

    @pytest.mark.parametrize(
        ("arguments", "fault"),
        [
            ({"kind": "regression", "range": (0, 1)}, "metric: missing a required argument: 'direction'"),
            ({"kind": "regression", "direction": "up", "range": (0, 1)}, "direction='up': say .* 'higher' or 'lower'"),
            ({"kind": "regresion", "direction": "lower", "range": (0, 1)}, "unknown kind 'regresion': did you mean"),
            ({"kind": "regression", "direction": "lower", "range": 1}, "range=1: give the lowest and the highest"),
            ({"kind": "regression", "direction": "higher", "range": (0, np.inf)}, "the better one, .* must be finite"),
            ({"kind": "regression", "direction": "lower", "range": (0, 1), "item": near}, "no 'item': .* 'items'"),
        ],
    )
    def test_a_wrong_declaration_is_one_line(self, arguments, fault):
        with pytest.raises(RequestError, match=fault) as caught:
            metric("mine", **arguments)(near)
        assert "\n" not in str(caught.value)

    def test_a_built_in_name_is_taken(self):
        with pytest.raises(RequestError, match=r"metric 'mse' is registered twice: .*errors\.py:\d+ and .*test_own"):
            metric("mse", "regression", "lower", (0, np.inf))(near)

    def test_a_name_registered_twice_names_both_places(self):
        declare_near()
        with pytest.raises(RequestError, match=r"metric 'near' is registered twice: \S+:\d+ and \S+:\d+; rename one"):
            metric("near", "regression", "higher", (0, 1))(lambda given: 1.0)


@pytest.mark.parametrize("places", [("/tmp/ipykernel_12/34.py", "/tmp/ipykernel_12/56.py"), ("<stdin>", "<stdin>")])
def test_a_cell_that_runs_again_replaces_what_it_declared(places):
    for place, value in zip(places, (1.0, 2.0), strict=True):
        lines = "@metric('mine', 'regression', 'lower', (0, 9))", "def score(given):", f"    return {value}"
        exec(compile("\n".join(lines), place, "exec"), {"metric": metric})
    assert headline("mine", "regression", TARGET, PREDICTION) == 2


@pytest.mark.parametrize(
    ("function", "fault"),
    [
        (lambda given: "good", "returned str, not a number"),
        (lambda given: None, "returned NoneType, not a number"),
        (lambda given: given.errors, r"returned ndarray of shape \(3,\), not a number"),
        (lambda given: given.eror, "failed: AttributeError: 'Predictions' object has no attribute 'eror'"),
    ],
)
def test_a_metric_that_returns_no_number_is_named_with_its_place(function, fault):
    metric("mine", "regression", "lower", (0, np.inf))(function)
    with pytest.raises(MetricError, match=rf"metric 'mine' \(\S+test_own_metric\.py:\d+\) {fault}"):
        evaluate("regression", TARGET, PREDICTION, TARGET)


def test_scores_of_other_targets_are_refused():
    metric("mine", "regression", "lower", (0, np.inf), per_target=True)(lambda given: given.errors[1:])
    with pytest.raises(MetricError, match=r"with per_target=True it must return 3 scores, not \(2,\)"):
        headline("mine", "regression", TARGET, PREDICTION)


FILE = """
import numpy as np
from suite import Data, Experiment, metric, task

@metric("near", kind="regression", direction="higher", range=(0, 1), per_target=True)
def near(given):
    return np.abs(given.errors) < 1

@task("mine", family="f", kind="regression", metric="near", baseline="mean")
def mine(seed):
    x = np.random.default_rng(seed).normal(size=(30, 4, 1))
    return Data(*((x[part::3], x[part::3, -1, 0]) for part in range(3)))

experiment = Experiment(tasks=["mine"], architectures=["gru"])
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "study.py"
    path.write_text(FILE)
    return path


class TestInAnExperimentFile:
    def test_it_is_the_headline_of_a_task_of_the_file(self, file):
        load_experiment(file)
        mine = TASKS.get("mine")
        scores = measure(mine, mine.load(1))
        assert 0 < scores["baseline"]["test"]["near"] <= 1
        assert mine.has_items is False  # its data are generated
        described = describe(mine, mine.load(1))
        assert described["metrics"] == {"near": {"direction": "higher", "perfect": 1.0}}

    def test_loading_the_file_again_replaces_it(self, file):
        load_experiment(file)
        file.write_text(FILE.replace("< 1", "< 1_000"))
        load_experiment(file)
        assert headline("near", "regression", TARGET, PREDICTION) == 1

    @pytest.mark.slow
    def test_workers_know_it_though_they_never_read_the_file(self, file):
        load_experiment(file)
        work = pickled(headline, ("near", "regression", TARGET, PREDICTION))
        code = (
            "import cloudpickle, sys; from suite.tasks.metrics import METRICS; "
            "call, arguments, metrics = cloudpickle.loads(sys.stdin.buffer.read()); "
            "METRICS.adopt(metrics); print(call(*arguments))"
        )
        done = subprocess.run([sys.executable, "-c", code], input=work, capture_output=True, check=True)
        assert float(done.stdout) == pytest.approx(2 / 3)

    def test_a_worker_forgets_the_metrics_of_another_experiment(self):
        declare_near()
        METRICS.adopt([])
        assert "near" not in METRICS.names()
        assert "mse" in METRICS.names()

    def test_built_in_metrics_are_not_sent(self):
        assert pickle.loads(pickled(abs, (1,)))[2] == []


def test_a_metric_that_is_undefined_for_the_data_is_named_before_anything_runs():
    @task("one-class", family="f", kind="classification", metric="auroc", baseline="majority")
    def one_class(seed: int) -> Data:
        x, y = np.zeros((4, 3, 1)), np.array([0, 1, 0, 1])
        return Data((x, y), (x, y), (x[:1], y[:1]))

    declared = TASKS.get("one-class")
    scores = measure(declared, declared.load(1))
    assert math.isnan(scores["baseline"]["test"]["auroc"])
    with pytest.raises(MetricError, match="task 'one-class': its metric 'auroc' is undefined on the test split"):
        check_defined(declared, scores)


def test_metrics_of_an_order_need_one():
    with pytest.raises(RequestError, match="metric 'quadratic_kappa' is for classes in an order: declare ordered=True"):
        task("grades", family="f", kind="classification", metric="quadratic_kappa", baseline="majority")(near)
    task("ranks", family="f", kind="classification", metric="quadratic_kappa", baseline="majority", ordered=True)(near)
    assert TASKS.get("ranks").ordered
