"""Claims: verdicts on hand-written records, what weakens them, missing runs, and preregistration."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from suite import statistics
from suite.claims import Claim, judge
from suite.claims.builtin import CLAIMS as BUILT_IN
from suite.claims.preregistration import fixed, registration
from suite.claims.tables import BESIDE, COLUMNS, frame
from suite.cli import main
from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.results.experiment_info import ExperimentInfo
from suite.results.results import load

pytestmark = pytest.mark.slow

NOISE = np.array([0.9, -0.7, 0.3, -0.4, 0.1, 0.2, -0.2, 0.6, -0.6, -0.2])


@pytest.fixture
def write(tmp_path, records, monkeypatch):
    """Write final runs with these mean skills, {(task, architecture): skill}, and return the folder."""
    longer = records.TASKS["adding-50"] | {"length": 200}
    monkeypatch.setitem(records.TASKS, "adding-200", longer)
    monkeypatch.setitem(records.BASELINES, "adding-200", records.BASELINES["adding-50"])

    def write(skills, seeds=10, spread=0.01, folder="quick", role="final", change=None, **experiment):
        tasks, names = ([*dict.fromkeys(part)] for part in zip(*skills, strict=True))
        root = tmp_path / folder
        records.write_experiment(root, **{"name": folder, "tasks": tasks, "architectures": names, "seeds": seeds, "trials": 0} | experiment)  # fmt: skip # noqa: E501
        for task in tasks:
            records.write_task(root, task)
        for shift, ((task, name), skill) in enumerate(skills.items()):
            base, perfect = records.BASELINES[task], records.TASKS[task]["perfect"]
            for index, noise in enumerate(np.roll(NOISE, shift)[:seeds]):
                score = base + (skill + spread * noise) * (perfect - base)
                kept = records.record(task, name, role, index, score)
                records.write(root, kept | (change(kept) if change else {}))
        return root

    return write


def verdict(folder, id):
    (found,) = [one for one in judge(load(folder)) if one.id == id]
    return found


SPEECH = {("speech-like", "simple-rnn"): 0.6, ("speech-like", "lstm"): 0.8}


def test_a_clear_lead_is_supported_with_its_interval(write):
    one = verdict(write(SPEECH), "speech")
    skills = load(write(SPEECH)).finals.pivot(index="index", columns="architecture", values="skill")
    expected = statistics.student_t(skills["lstm"] - skills["simple-rnn"])
    assert (one.verdict, one.provisional, one.fragile) == ("supported", False, False)
    assert (one.effect, one.low, one.high, one.n) == pytest.approx(expected)  # no other claim has runs
    assert one.plain == (one.low, one.high)
    assert one.sentence.startswith("Skill of lstm minus that of simple-rnn on speech-like: 0.2")
    assert "12 epochs" in one.sentence


def test_intervals_are_simultaneous_over_the_claims_that_have_runs(write):
    folder = write(SPEECH | {("sentiment-like", "simple-rnn"): 0.3, ("sentiment-like", "lstm"): 0.5})
    skills = load(folder).finals.query("task == 'speech-like'").pivot(index="index", columns="architecture", values="skill")  # fmt: skip # noqa: E501
    one, difference = verdict(folder, "speech"), skills["lstm"] - skills["simple-rnn"]
    assert (one.low, one.high) == pytest.approx(statistics.student_t(difference, 1 - 0.05 / 2)[1:3])
    assert one.plain == pytest.approx(statistics.student_t(difference)[1:3])


@pytest.mark.parametrize(
    ("rnn", "lstm", "said"),
    [
        (0.6, 0.8, "supported"),
        (0.8, 0.6, "contradicted"),
        (0.6, 0.605, "practically equal"),
        (0.6, 0.618, "undecided"),  # above 0 and inside the margin in part
        (0.2, 0.3, "contradicted"),  # the trained baseline has a skill of 0.37
        (0.2, 0.37, "undecided"),  # ahead of the simple RNN, equal to the trained baseline
    ],
)
def test_verdicts_follow_the_interval_and_the_margin(write, rnn, lstm, said):
    folder = write({("speech-like", "simple-rnn"): rnn, ("speech-like", "lstm"): lstm}, spread=0.012)
    assert verdict(folder, "speech").verdict == said


@pytest.mark.parametrize(("seeds", "said", "provisional"), [(4, "undecided", False), (5, "supported", True), (9, "supported", True)])  # fmt: skip # noqa: E501
def test_few_pairs_leave_a_verdict_undecided_or_provisional(write, seeds, said, provisional):
    one = verdict(write(SPEECH, seeds=seeds), "speech")
    assert (one.verdict, one.provisional, one.n) == (said, provisional, seeds)
    assert ("fewer than five pairs of runs" in one.evidence) == (seeds == 4)
    assert (one.command is not None) == (seeds == 4)


@pytest.mark.parametrize(
    ("behind", "ahead", "said"),
    [(True, False, "undecided"), (False, True, "supported"), (False, False, "supported")],
)
def test_a_flag_on_most_runs_of_the_side_behind_leaves_a_lead_undecided(write, behind, ahead, said):
    def flag(kept):
        flagged = behind if kept["architecture"] == "simple-rnn" else ahead
        return {"flags": ["budget-limited"] if flagged and kept["index"] < 6 else []}

    one = verdict(write(SPEECH, change=flag), "speech")
    assert one.verdict == said
    doubt = "at this budget: speech-like: 6 of 10 final runs of simple-rnn were still improving when the budget ended"
    assert (doubt in one.evidence) == behind
    assert (doubt in one.sentence) == behind


def flagged(cells, flag="budget-limited", role="final"):
    """Set a flag on all runs of these cells in a role."""
    return lambda kept: {"flags": [flag] if (kept["task"], kept["architecture"], kept["role"]) in {(*cell, role) for cell in cells} else []}  # fmt: skip # noqa: E501


def test_flags_count_task_by_task_and_leave_a_verdict_that_holds_without_these_tasks(write):
    tasks = ("speech-like", "sentiment-like", "adding-50")
    skills = {(task, name): skill for task in tasks for name, skill in (("simple-rnn", 0.6), ("lstm", 0.8))}
    change = flagged([("speech-like", "simple-rnn")])
    assert verdict(write(skills, change=change, **own(CLAIM)), "lstm-better").verdict == "supported"
    skills[("sentiment-like", "lstm")] = skills[("adding-50", "lstm")] = 0.605  # speech alone makes the lead
    one = verdict(write(skills, change=change, **own(CLAIM)), "lstm-better")
    assert one.verdict == "undecided"
    assert one.effect == pytest.approx(0.07, abs=0.01)
    assert one.evidence[0].startswith("at this budget: speech-like: 10 of 10 final runs of simple-rnn were still")


def test_an_unfinished_experiment_has_provisional_verdicts_that_count_its_runs(write):
    folder = write(SPEECH, seeds=10)
    (folder / "speech-like/lstm/final-009.json").unlink()
    (folder / "speech-like/lstm/final-008.json").unlink()
    one = verdict(write(SPEECH, seeds=10, folder="whole"), "speech")
    assert not one.provisional
    one = verdict(folder, "speech")
    assert (one.verdict, one.provisional) == ("supported", True)
    assert "18 of 20 runs done so far" in one.sentence


def test_a_verdict_is_provisional_where_one_of_its_parts_has_few_pairs(write):
    def late(kept):
        history = {"val_accuracy": [0.2, 0.9]} if kept["index"] < 6 or kept["architecture"] == "gru" else {}
        slower = {"batch_size": 10 if kept["architecture"] == "lstm" else 50}
        return {"history": history, "hyperparameters": slower, "seconds": {"fit": 1.0, "epochs": [1.0, 1.0]}}

    skills = {("speech-like", "lstm"): 0.8, ("speech-like", "gru"): 0.8}
    one = verdict(write(skills, change=late), "gru-successor")
    assert (one.verdict, one.n, one.provisional) == ("supported", 10, True)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [(2.0, 2.0, "supported"), (0.0, 0.0, "practically equal"), (2.0, 0.0, "undecided"), (0.0, -2.0, "contradicted")],
)
def test_gradients_of_both_gated_cells_count_equally(write, first, second, said):
    kept = {"lstm": 1e-3 * 10**first, "gru": 1e-3 * 10**second}
    skills = {("adding-50", "lstm"): 0.9, ("adding-50", "gru"): 0.9}
    folder = write(skills, change=with_gradients({"lstm": 1e-3, "gru": 1e-3}, kept))
    assert verdict(folder, "gradients-learned").verdict == said


def test_the_margin_of_the_experiment_holds(write):
    assert verdict(write(SPEECH, margin=0.3), "speech").verdict == "practically equal"
    assert verdict(write(SPEECH, margin=0.3), "speech").margin == 0.3


def test_lengths_of_a_sweep_count_as_one_task_and_controls_not_at_all(write, records):
    skills = {(task, "lstm"): 0.5 for task in ("adding-50", "adding-200", "speech-like", "sp500-return")}
    for task, skill in {"adding-50": 0.5, "adding-200": 0.7, "speech-like": 0.9, "sp500-return": 0.0}.items():
        skills[task, "simple-rnn"] = skill
    turned = Claim("rnn-better", "The simple RNN is better", "hearsay", "skill-difference", ("simple-rnn", "lstm"))
    folder = write(skills, **own(turned))
    records.write_task(folder, "sp500-return", family="controls")
    one = verdict(folder, "rnn-better")
    assert one.effect == pytest.approx(((0.0 + 0.2) / 2 + 0.4) / 2, abs=1e-6)
    assert "on adding and speech-like:" in one.sentence
    assert "sp500-return" not in " ".join([one.sentence, *one.evidence])


def test_an_advantage_that_grows_with_length(write):
    skills = {("adding-50", "lstm"): 0.9, ("adding-50", "simple-rnn"): 0.8}
    grows = skills | {("adding-200", "lstm"): 0.9, ("adding-200", "simple-rnn"): 0.2}
    one = verdict(write(grows), "longer-is-harder")
    assert one.verdict == "supported"
    assert one.effect == pytest.approx((0.7 - 0.1) / 2, abs=0.01)  # two doublings
    assert one.unit == "of skill per doubling of length"
    flat = skills | {("adding-200", "lstm"): 0.9, ("adding-200", "simple-rnn"): 0.8}
    assert verdict(write(flat), "longer-is-harder").verdict == "practically equal"


def test_long_memory_shows_each_task_and_memory_lengths(write):
    skills = {("adding-50", "lstm"): 0.99, ("adding-50", "simple-rnn"): 0.99}
    skills |= {("adding-200", "lstm"): 0.99, ("adding-200", "simple-rnn"): 0.1}
    one = verdict(write(skills, spread=0.001), "long-memory")
    assert one.verdict == "supported"
    assert any(line.startswith("adding-200: 0.8") and line.endswith(": lstm better") for line in one.evidence)
    assert any("lstm over 200" in line and "simple-rnn 100" in line for line in one.evidence)


def with_gradients(starts, kept):
    """State-gradient ratios by architecture: lag 50 if it is among the lags."""

    def change(record):
        name, scale = record["architecture"], 1 + record["index"] / 50
        ratios = [{"1": 0.9, "20": 0.5, "50": level[name] * scale, "100": 1e-30} for level in (starts, kept)]
        return {"gradients": dict(zip(("start", "kept"), ratios, strict=True))}

    return change


def test_gradients_at_the_start_and_their_change_in_training(write):
    starts, kept = {"simple-rnn": 1e-6, "lstm": 1e-3}, {"simple-rnn": 1e-6, "lstm": 1e-1}
    skills = {("adding-50", "simple-rnn"): 0.5, ("adding-50", "lstm"): 0.9}
    folder = write(skills, change=with_gradients(starts, kept))
    start, learned = verdict(folder, "gradients-at-start"), verdict(folder, "gradients-learned")
    assert (start.verdict, start.effect, start.margin) == ("supported", pytest.approx(3), 0.5)
    assert any("lstm with gate_bias chrono, simple-rnn with recurrent_start orthogonal" in e for e in start.evidence)
    assert (learned.verdict, learned.effect, learned.unit) == ("supported", pytest.approx(2), "decades")


def test_gradients_are_compared_at_the_longest_common_lag(write, records):
    def change(record):
        short = {"1": 0.9, "10": 1e-2 if record["architecture"] == "lstm" else 1e-4}
        return {"gradients": {"start": short | ({"50": 1.0} if record["architecture"] == "lstm" else {}), "kept": {}}}

    skills = {("adding-50", "simple-rnn"): 0.5, ("adding-50", "lstm"): 0.9}
    assert verdict(write(skills, change=change), "gradients-at-start").effect == pytest.approx(2)


def test_runs_without_gradients_name_what_would_measure_them(write):
    one = verdict(write(SPEECH), "gradients-at-start")
    assert one.needs == "a new results folder (--results), since these runs measured no gradients"
    assert one.command == "suite run experiments/quick.py"


@pytest.mark.parametrize(("unstable", "said"), [(30, "supported"), (1, "undecided")])
def test_stability_counts_diverged_and_clipped_trials(write, records, unstable, said):
    folder = write({("speech-like", name): 0.5 for name in ("simple-rnn", "lstm", "gru")}, trials=61)
    for name in records.ARCHITECTURES:
        for index in range(61):  # trial 0 is the default configuration, and counts nowhere
            worst = name == "simple-rnn" and index <= unstable
            kept = records.record("speech-like", name, "trial", index, clipped=0.6 if worst and index % 2 else 0.1)
            if worst and index % 2 == 0:
                kept = records.failed("speech-like", name, "trial", index, "diverged", "loss is not finite")
            records.write(folder, kept)
    one = verdict(folder, "stability")
    assert (one.verdict, one.n, one.unit) == (said, 60, "of trials")
    assert (one.effect) == pytest.approx(unstable / 60)
    half = unstable // 2
    assert f"simple-rnn: {half} of 60 trials diverged, {unstable} did or were clipped in most steps" in one.evidence


def test_configurations_proposed_by_a_model_are_not_random(write, records):
    folder = write(SPEECH, trials=1, search="bayesian")
    for name in ("simple-rnn", "lstm"):
        records.write(folder, records.record("speech-like", name, "trial", 0))
    assert verdict(folder, "stability").n == 0


def test_tuning_is_the_gain_over_control_runs_of_the_same_seed(write):
    write({cell: skill - 0.1 for cell, skill in SPEECH.items()}, role="control", tuning_control=True)
    one = verdict(write(SPEECH, tuning_control=True), "tuning")
    assert (one.verdict, one.effect) == ("supported", pytest.approx(0.1))
    assert any(line.startswith("speech-like, lstm: 0.1") for line in one.evidence)


def test_gains_of_one_seed_are_not_independent(write):
    """Architectures that share the seed's luck: the interval is that of the means by seed."""
    names = ("simple-rnn", "lstm", "gru")

    def same_luck(kept):
        base = 0.11
        skill = 0.7 + (0.1 * NOISE[kept["index"]] if kept["role"] == "final" else -0.1)
        return {"metrics": {"test": {"accuracy": base + skill * (1 - base)}}}

    cells = {("speech-like", name): 0.5 for name in names}
    write(cells, role="control", change=same_luck, tuning_control=True)
    one = verdict(write(cells, change=same_luck, tuning_control=True), "tuning")
    assert one.plain == pytest.approx(statistics.student_t(0.1 + 0.1 * NOISE)[1:3])


def test_control_runs_that_were_still_improving_leave_tuning_undecided(write):
    change = flagged(SPEECH, role="control")
    write({cell: skill - 0.1 for cell, skill in SPEECH.items()}, role="control", tuning_control=True, change=change)
    one = verdict(write(SPEECH, tuning_control=True), "tuning")
    assert one.verdict == "undecided"
    assert "10 of 10 control runs of lstm were still improving" in one.sentence


def test_tuning_is_checked_with_failed_runs_as_the_worst_outcome(write, records):
    write({cell: skill - 0.1 for cell, skill in SPEECH.items()}, role="control", tuning_control=True)
    folder = write(SPEECH, tuning_control=True)
    for index in range(5):
        records.write(folder, records.failed("speech-like", "lstm", "final", index, "diverged", "loss is not finite"))
    one = verdict(folder, "tuning")
    assert "5 final runs of lstm failed and are in no pair" in one.evidence
    (check,) = one.sensitivity
    assert (check["what"], check["verdict"]) == ("failed runs as the worst outcome", "undecided")
    assert check["effect"] == pytest.approx((0.1 + (0.1 - 0.7) / 2) / 2, abs=0.02)


def test_failed_runs_count_as_the_worst_outcome_only_if_the_statistic_declares_it(write, records):
    folder = write(SPEECH, change=with_gradients({"simple-rnn": 1e-6, "lstm": 1e-3}, {"simple-rnn": 1, "lstm": 1}))
    records.write(folder, records.failed("speech-like", "lstm", "final", 0, "diverged", "loss is not finite"))
    assert verdict(folder, "gradients-at-start").sensitivity == []
    assert [one["what"] for one in verdict(folder, "speech").sensitivity] == ["failed runs as the worst outcome"]


def test_tuning_lists_the_hyperparameters_that_matter(write, records):
    write({cell: skill - 0.1 for cell, skill in SPEECH.items()}, role="control", tuning_control=True, trials=60)
    folder, random = write(SPEECH, tuning_control=True, trials=60), np.random.default_rng(1)
    for index in range(60):
        values = {"learning_rate": float(10 ** random.uniform(-4, -1)), "depth": int(random.integers(1, 3))}
        score = 0.8 - 0.2 * abs(np.log10(values["learning_rate"]) + 2.5)
        kept = records.record("speech-like", "lstm", "trial", index, score, hyperparameters=values)
        records.write(folder, kept | {"spec": {"hyperparameters": values}})
    said = [line for line in verdict(folder, "tuning").evidence if "explains" in line]
    assert len(said) == 1
    assert said[0].startswith("speech-like, lstm: learning_rate explains ")
    assert "tried 0.0001" in said[0]


def test_tuning_without_control_runs_names_what_the_experiment_needs(write):
    one = verdict(write(SPEECH), "tuning")
    assert (one.verdict, one.n) == ("undecided", 0)
    assert (one.needs, one.command) == ("tuning_control=True", "suite run experiments/quick.py")
    assert np.isnan([one.effect, one.low, one.high]).all()


def curves(fast):
    """Histories that reach an accuracy of 0.9 after this many epochs, by architecture."""

    def change(record):
        epochs = fast[record["architecture"]] + record["index"] % 2
        curve = [*np.linspace(0.2, 0.8, epochs - 1), 0.9]
        return {
            "history": {"val_accuracy": curve},
            "hyperparameters": {"batch_size": 50},
            "seconds": {"fit": 9.0, "epochs": [1.0] * epochs},
        }

    return change


@pytest.mark.parametrize(
    ("skill", "epochs", "said"),
    [
        (0.8, 10, "supported"),  # as good, at half the steps
        (0.8, 20, "contradicted"),  # as good, not cheaper
        (0.7, 10, "contradicted"),  # cheaper, and worse
    ],
)
def test_the_gru_must_be_as_good_and_cheaper(write, skill, epochs, said):
    skills = {("speech-like", "lstm"): 0.8, ("speech-like", "gru"): skill}
    one = verdict(write(skills, change=curves({"lstm": 20, "gru": epochs})), "gru-successor")
    assert one.verdict == said
    ratio = [line for line in one.evidence if line.startswith("training steps to the worse")]
    assert ratio and f"gru over lstm: {'1' if epochs == 20 else '0.5'}" in ratio[0]
    assert any(line.startswith("seconds to the worse") for line in one.evidence)


def test_predictability_is_supported_or_not(write):
    skills = {("speech-like", "lstm"): 0.5, ("speech-like", "gru"): 0.6, ("sp500-return", "lstm"): 0.001}
    skills |= {("sp500-return", "gru"): -0.002}
    folder = write(skills)
    assert verdict(folder, "predictable-speech-like").verdict == "supported"
    one = verdict(folder, "predictable-sp500-return")
    assert one.verdict == "practically equal"
    values = load(folder).finals.query("task == 'sp500-return' and architecture == 'lstm'")["skill"]
    expected = statistics.student_t(values, 1 - 0.05 / 2 / 2)  # two tasks, the better of two architectures
    assert (one.low, one.high) == pytest.approx(expected[1:3])


def test_missing_architectures_and_tasks_are_named_next_to_the_command(write):
    folder = write({("adding-50", "lstm"): 0.5}, seeds=3)
    said = {one.id: one for one in judge(load(folder))}
    assert said["speech"].needs == "the architecture simple-rnn, tasks of the family speech and seeds=5"
    assert said["gru-successor"].needs == "the architecture gru and seeds=5"
    assert {one.command for one in said.values()} == {"suite run experiments/quick.py"}
    assert {one.verdict for one in said.values()} == {"undecided"}


def test_a_complete_experiment_whose_runs_failed_has_no_command(write, records):
    folder = write(SPEECH, seeds=6)
    for index in range(3):
        records.write(folder, records.failed("speech-like", "lstm", "final", index, "diverged", "loss is not finite"))
    one = verdict(folder, "speech")
    assert (one.verdict, one.n, one.needs, one.command) == ("undecided", 3, "", None)


def test_the_command_names_the_file_that_made_the_experiment(write, tmp_path):
    folder = write(SPEECH, file="../studies/mine.py")
    assert verdict(folder, "tuning").command == f"suite run {tmp_path.as_posix()}/studies/mine.py"


def test_the_budget_leaves_out_unused_parts(write):
    searched = verdict(write(SPEECH, trials=8), "speech").sentence
    assert searched.endswith("Budget: 8 trials, 12 epochs and 5000 weights.")
    given = verdict(write(SPEECH, trials=8, match="units", hyperparameters={"units": 32}), "speech").sentence
    assert given.endswith("Budget: 12 epochs.")


def test_an_experiment_without_any_run_has_only_undecided_claims(tmp_path, records):
    records.write_experiment(tmp_path)
    found = judge(load(tmp_path))
    assert {one.id for one in found} >= {one.id for one in BUILT_IN}
    assert {(one.verdict, one.n, bool(one.command)) for one in found} == {("undecided", 0, True)}
    assert not any("n=0" in line for one in found for line in one.evidence)


TWO = SPEECH | {("adding-50", "simple-rnn"): 0.2, ("adding-50", "lstm"): 0.9}
CLAIM = Claim("lstm-better", "The LSTM is better", "hearsay", "skill-difference", ("lstm", "simple-rnn"))


def own(*claims):
    return {"claims_fixed": {"own": [claim.plain() for claim in claims]}}


def test_a_verdict_that_one_task_flips_is_fragile(write):
    one = verdict(write(TWO, **own(CLAIM)), "lstm-better")
    assert [check["what"] for check in one.sensitivity] == ["without speech-like", "without adding"]
    assert set(one.sensitivity[0]) == {"what", "verdict", "effect", "low", "high", "n"}
    assert (one.verdict, one.fragile) == ("supported", False)
    assert [check["effect"] for check in one.sensitivity] == pytest.approx([0.7, 0.2], abs=0.01)
    split = TWO | {("adding-50", "simple-rnn"): 0.99}
    one = verdict(write(split, **own(CLAIM)), "lstm-better")
    assert (one.verdict, one.fragile) == ("supported", True)
    assert one.sensitivity[0]["verdict"] == "contradicted"


def test_a_verdict_that_a_variant_contradicts_is_fragile(write):
    other = {("speech-like", "simple-rnn"): 0.8, ("speech-like", "lstm"): 0.6}
    write(other, folder="quick_units", variant_of="quick", variant="equal units")
    write(other, folder="stranger", variant_of="another", variant="half the trials")
    one = verdict(write(SPEECH), "speech")
    assert [(check["what"], check["verdict"]) for check in one.sensitivity] == [
        ("variant: equal units", "contradicted")
    ]
    assert one.fragile


def test_variants_with_the_same_description_are_all_checked(write):
    for folder in ("quick_a", "quick_b"):
        write(SPEECH, folder=folder, variant_of="quick", variant="another search seed")
    checks = verdict(write(SPEECH), "speech").sensitivity
    assert [one["what"] for one in checks] == ["variant: another search seed", "variant: another search seed (quick_b)"]


def test_a_variant_with_too_few_runs_flips_nothing(write):
    write(SPEECH, seeds=3, folder="quick_half", variant_of="quick", variant="half the trials")
    one = verdict(write(SPEECH), "speech")
    assert [check["n"] for check in one.sensitivity] == [3]
    assert not one.fragile


def test_failed_runs_are_listed_and_also_counted_as_the_worst_outcome(write, records):
    folder = write(SPEECH)
    for index in range(4):
        records.write(folder, records.failed("speech-like", "lstm", "final", index, "diverged", "loss is not finite"))
    one = verdict(folder, "speech")
    assert (one.verdict, one.n, one.provisional) == ("supported", 6, True)
    assert "4 final runs of lstm failed and are in no pair" in one.evidence
    assert "speech-like: 6 of 10 runs have a partner" in one.evidence
    (check,) = one.sensitivity
    assert (check["what"], check["verdict"], check["n"]) == ("failed runs as the worst outcome", "undecided", 10)
    assert one.fragile


def test_a_task_without_enough_pairs_is_left_out_and_named(write, records):
    folder = write(TWO, **own(CLAIM))
    for path in sorted((folder / "adding-50" / "lstm").glob("final-*.json"))[3:]:
        path.unlink()
    one = verdict(folder, "lstm-better")
    assert (one.n, one.effect) == (10, pytest.approx(0.2, abs=0.01))
    assert "without enough pairs: adding-50" in one.evidence


def test_the_table_and_the_json_have_the_columns_of_the_contract(write, capsys):
    folder = write(TWO)
    table = frame(judge(load(folder)))
    assert tuple(table.columns) == COLUMNS
    assert main(["claims", str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in found] == list(table["id"])
    assert all(set(one) == {*COLUMNS, *BESIDE} for one in found)
    (tuning,) = [one for one in found if one["id"] == "tuning"]
    assert (tuning["effect"], tuning["n"]) == (None, 0)


def test_the_command_prints_every_claim_with_its_verdict(write, capsys):
    assert main(["claims", str(write(TWO))]) == 0
    told = capsys.readouterr().out
    assert "The LSTM is more accurate than the simple RNN in speech recognition: supported" in told
    needed = "first give the experiment tuning_control=True; then suite run experiments/quick.py"
    assert f"to settle it: {needed}\n" in told
    assert told.endswith("Claims, margin and seeds were not fixed before these runs: no hash is stored.\n")


def test_a_missing_folder_is_a_wrong_request(tmp_path, capsys):
    assert main(["claims", str(tmp_path / "nowhere")]) == 2
    assert "no results folder" in capsys.readouterr().err


STUDY = Experiment(tasks=["speech-like"], architectures=["lstm", "simple-rnn"], seeds=10)


def changed(**fields):
    return Experiment(**{"tasks": ["speech-like"], "architectures": ["lstm", "simple-rnn"], "seeds": 10} | fields)


@pytest.mark.parametrize("other", [changed(seeds=11), changed(margin=0.05), changed(claims=[CLAIM])])
def test_the_hash_depends_on_claims_margin_and_seeds(other):
    assert fixed(STUDY, None, False)["hash"] == fixed(changed(), None, False)["hash"]
    assert fixed(STUDY, None, False)["hash"] != fixed(other, None, False)["hash"]


def test_the_hash_from_before_the_runs_is_stored_when_claims_change(write):
    first = fixed(STUDY, None, False)
    stored = ExperimentInfo(claims_fixed=first)
    before_any_run, after_runs = (fixed(changed(margin=0.05), stored, made) for made in (False, True))
    assert before_any_run["before"] == []
    assert after_runs["before"] == [first["hash"]]
    said = registration(load(write(SPEECH, margin=0.05, claims_fixed=after_runs)))
    assert said == f"Claims, margin or seeds changed after the first runs: hash {after_runs['hash']}, before {first['hash']}."  # fmt: skip # noqa: E501
    assert registration(load(write(SPEECH, claims_fixed=first))) == (
        f"Claims, margin and seeds were fixed before anything ran: hash {first['hash']}."
    )
    assert "are not those fixed before the runs" in registration(load(write(SPEECH, margin=0.3, claims_fixed=first)))


def test_claims_fixed_after_runs_are_not_reported_as_fixed_before(write):
    late = fixed(STUDY, ExperimentInfo(name="quick"), True)
    assert late["before"] == ["none"]
    assert fixed(STUDY, ExperimentInfo(claims_fixed=late), True) == late
    said = registration(load(write(SPEECH, claims_fixed=late)))
    assert said == f"Claims, margin and seeds were fixed only after the first runs: hash {late['hash']}."


def test_claims_of_an_experiment_are_judged_from_its_folder_alone(write):
    kept = fixed(changed(claims=[CLAIM]), None, False)
    assert json.loads(json.dumps(kept)) == kept
    assert verdict(write(SPEECH, claims_fixed=kept), "lstm-better").verdict == "supported"


def test_a_wrong_claim_is_an_error_before_anything_runs():
    with pytest.raises(RequestError, match=r"suite\.claims\.Claim objects, not 'LSTM wins'"):
        fixed(changed(claims=["LSTM wins"]), None, False)
    with pytest.raises(RequestError, match="unknown statistic 'skil-difference': did you mean 'skill-difference'"):
        fixed(changed(claims=[Claim("a", "b", "c", "skil-difference")]), None, False)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (Claim("a", "b", "c", "skill-difference", ("lstm",)), "takes 2 architectures; the claim 'a' names 1"),
        (Claim("a", "b", "c", "divergence", ("lstm",)), "takes at least 2 architectures; the claim 'a' names 1"),
        (Claim("a", "b", "c", "predictable", tasks=("x", "y")), "takes 1 task; the claim 'a' names 2"),
    ],
)
def test_a_claim_that_does_not_match_its_statistic_is_refused_before_runs_and_undecided_after(write, claim, said):
    with pytest.raises(RequestError, match=said):
        fixed(changed(claims=[claim]), None, False)
    one = verdict(write(SPEECH, **own(claim)), "a")
    assert (one.verdict, one.n) == ("undecided", 0)
    assert said in one.evidence[0]


def test_a_variant_may_lack_a_task(write):
    write({("sentiment-like", "lstm"): 0.6}, folder="quick_small", variant_of="quick", variant="small")
    (check,) = verdict(write(SPEECH), "predictable-speech-like").sensitivity
    assert (check["what"], check["verdict"], check["n"]) == ("variant: small", "undecided", 0)


def test_a_single_lucky_run_does_not_make_an_architecture_the_best(write, records):
    folder = write(SPEECH)
    records.write(folder, records.record("speech-like", "gru", "final", 0, 1.0))
    records.write_experiment(folder, architectures=["simple-rnn", "lstm", "gru"], tasks=["speech-like"], seeds=10)
    one = verdict(folder, "predictable-speech-like")
    assert one.sentence.startswith("Skill of lstm over")
    assert (one.verdict, one.n) == ("supported", 10)


def test_a_claim_whose_plugin_is_not_installed_is_undecided_and_names_the_plugin(write):
    stranger = Claim("stranger", "Something", "someone", "from-a-plugin", ("lstm", "simple-rnn"))
    one = verdict(write(SPEECH, **own(stranger)), "stranger")
    assert (one.verdict, one.n) == ("undecided", 0)
    assert "a plugin that registers the statistic 'from-a-plugin'" in one.needs
    assert "is not registered here" in one.evidence[0]


def test_verdicts_are_plain_values(write):
    assert json.dumps([asdict(one) for one in judge(load(write(TWO)))])


def test_built_in_claims_have_sources_and_registered_statistics():
    ids = [one.id for one in BUILT_IN]
    assert ids == [
        "gradients-at-start", "gradients-learned", "stability", "long-memory", "longer-is-harder", "speech",
        "sentiment", "stocks", "tuning", "gru-successor",
    ]  # fmt: skip
    assert all(one.source and one.claim for one in BUILT_IN)
