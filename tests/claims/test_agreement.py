"""Agreement: a claim about two architectures gets the verdict that the answer gives their pair, whatever the runs."""

import numpy as np
import pytest

from suite.analysis.comparisons import compare, joint_level
from suite.analysis.decisions import CLAIMED, PairVerdict, Verdict
from suite.claims import Claim, judge
from suite.results.experiment_info import ExperimentInfo
from suite.results.record import Record
from suite.results.results import Results
from suite.results.store import Store
from suite.results.task_info import TaskInfo

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("only_verdicts")]

NAMES = ("simple-rnn", "lstm", "gru")
STUDIES = 12
CLAIMS = [
    Claim(f"{first}-over-{second}", "better", "nobody", "skill-difference", (first, second))
    for first in NAMES
    for second in NAMES
    if first != second
]


@pytest.fixture
def study(tmp_path, records):
    """Random runs on these tasks: ties, failures, handicaps, thresholds, gaps, and few or many trials or finals."""

    def study(seed, *tasks):
        random = np.random.default_rng(seed)
        role, best_of = random.choice(["trial", "trial", "trial", "final"]), int(random.integers(1, 7))
        count = int(random.choice([4, 10, 12, 24, 36]))
        results = Results(Store(tmp_path))
        results.experiment = ExperimentInfo(
            name="random", tasks=tasks, architectures=NAMES, trials=count, best_of=best_of, seeds=count,
            claims_fixed={"own": [claim.plain() for claim in CLAIMS], "count": int(random.integers(0, 20))},
        )  # fmt: skip
        results.tasks = {task: TaskInfo(**{"sweep": task} | records.TASKS[task]) for task in tasks}
        for task in tasks:
            luck, lost, steps = (
                random.choice([0.001, 0.01, 0.1]),
                random.choice([0, 0, 0.3]),
                random.choice([1, 10_000]),
            )
            for name in NAMES:
                mean, flagged = random.choice([-0.1, 0.5, 0.52, 0.9, 0.99]), random.random() < 0.2
                for index in range(count):
                    skill = np.round((mean + luck * random.normal()) * steps) / steps
                    base, perfect = records.BASELINES[task], records.TASKS[task]["perfect"]
                    kept = records.record(task, name, role, index, base + min(skill, 1.0) * (perfect - base))
                    kept |= {"flags": ["unequal"] if flagged else [], "history": {}}
                    if random.random() < lost:
                        kept = records.failed(task, name, role, index, "diverged", "loss is not finite")
                    if random.random() > 0.02:
                        results.records.append(Record(**{key: value or {} if key.endswith("baseline") else value for key, value in kept.items()}))  # fmt: skip # noqa: E501
        return results

    return study


@pytest.mark.parametrize("tasks", [("speech-like",), ("adding-50",), ("sp500-return",), ("speech-like", "adding-50")])
def test_a_claim_and_the_answer_agree(study, tasks):
    seen = set()
    for seed in range(STUDIES):
        results = study(seed, *tasks)
        found, said = compare(results, *tasks), {one.id: one for one in judge(results)}
        for claim in CLAIMS:
            pair, one = found.related(*claim.architectures), said[claim.id]
            if pair is None:
                assert one.verdict is Verdict.UNDECIDED
                continue
            if len(tasks) > 1 and pair.verdict is PairVerdict.AT_THIS_BUDGET:
                continue  # a claim may rest on the tasks without a handicap
            assert one.verdict == CLAIMED.get(pair.verdict, Verdict.UNDECIDED), (seed, claim.id)
            assert (one.effect, one.low, one.high, one.n) == pytest.approx(pair.joint, nan_ok=True)
            seen.add(pair.verdict)
    assert {PairVerdict.BETTER, PairVerdict.UNDECIDED, PairVerdict.TOO_FEW} <= seen


def test_something_can_be_predicted_where_an_architecture_is_shown_to_beat_the_trivial_baseline(study):
    for seed in range(STUDIES):
        results = study(seed, "speech-like")
        (one,) = [one for one in judge(results) if one.id == "predictable-speech-like"]
        verdicts = [each.verdict for each in compare(results, "speech-like").trivial]
        assert (one.verdict is Verdict.SUPPORTED) == (PairVerdict.BETTER in verdicts), seed
        if one.verdict is Verdict.CONTRADICTED:
            assert set(verdicts) == {PairVerdict.WORSE}


def test_every_claim_is_judged_at_the_level_of_the_whole_report(study):
    results = study(0, "speech-like")
    count = results.experiment.claims
    assert joint_level(results) == pytest.approx(1 - 0.05 / (3 + 2 * 3 + count))
