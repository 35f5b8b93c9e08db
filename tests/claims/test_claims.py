"""Claims: verdicts on hand-written records, what weakens them, missing runs, and preregistration."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from suite import statistics
from suite.analysis.comparisons import compare, joint_level
from suite.analysis.effects import effect
from suite.analysis.tuning import gains_of
from suite.claims import Claim, judge
from suite.claims.builtin import CLAIMS as BUILT_IN
from suite.claims.preregistration import fixed, registration
from suite.claims.tables import BESIDE, COLUMNS, frame, in_words
from suite.cli import main
from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.results.experiment_info import ExperimentInfo
from suite.results.results import load

pytestmark = pytest.mark.slow

NOISE = np.random.default_rng(1).normal(size=24)


@pytest.fixture
def write(tmp_path, records, monkeypatch):
    """Write runs with these mean skills, {(task, architecture): skill}, and return the folder.

    By default they are 24 trials, of which a search takes the best of 4. With role "final" they are as many as `seeds`.
    """
    longer = records.TASKS["adding-50"] | {"length": 200}
    monkeypatch.setitem(records.TASKS, "adding-200", longer)
    monkeypatch.setitem(records.BASELINES, "adding-200", records.BASELINES["adding-50"])

    def write(skills, spread=0.01, folder="quick", role="trial", change=None, **experiment):
        tasks, names = ([*dict.fromkeys(part)] for part in zip(*skills, strict=True))
        root, budget = tmp_path / folder, {"trials": 24, "best_of": 4, "seeds": 10} | experiment
        records.write_experiment(root, **{"name": folder, "tasks": tasks, "architectures": names} | budget)
        for task in tasks:
            records.write_task(root, task)
        for shift, ((task, name), skill) in enumerate(skills.items()):
            base, perfect = records.BASELINES[task], records.TASKS[task]["perfect"]
            for index, noise in enumerate(np.roll(NOISE, shift)[: budget["trials" if role == "trial" else "seeds"]]):
                score = base + (skill + spread * noise) * (perfect - base)
                kept = records.record(task, name, role, index, score)
                records.write(root, kept | (change(kept) if change else {}))
        return root

    return write


OLD = {"role": "final", "trials": 0, "best_of": 0}  # a folder from before trials were scored on test data


def verdict(folder, id):
    (found,) = [one for one in judge(load(folder)) if one.id == id]
    return found


SPEECH = {("speech-like", "simple-rnn"): 0.6, ("speech-like", "lstm"): 0.8}


def test_a_clear_lead_is_supported_with_its_interval(write):
    results = load(write(SPEECH))
    (one,) = [one for one in judge(results) if one.id == "speech"]
    terms = [(1, "speech-like", "lstm"), (-1, "speech-like", "simple-rnn")]
    assert (one.verdict, one.provisional, one.fragile) == ("supported", False, False)
    assert (one.effect, one.low, one.high, one.n) == effect(results, terms, joint_level(results))
    assert one.plain == effect(results, terms, 0.95)[1:3]
    assert (one.p_worse, one.p_equal, one.p_better) == (0, 0, 1)
    assert (
        "chances for another search: better >99 %, equal <1 %, worse <1 % (Bayesian bootstrap over runs)"
        in one.evidence
    )


def test_the_sentence_says_on_which_tasks_and_runs_the_verdict_rests(write):
    said = verdict(write(SPEECH), "speech").sentence
    assert said.startswith(
        "Supported on Speech like (one task, best of 4 of 24 trials): skill of lstm minus that of simple-rnn is 0.2"
    )
    assert said.endswith("Budget: 24 trials, 12 epochs and 5000 weights.")
    assert verdict(write(SPEECH, folder="old", **OLD), "speech").sentence.startswith(
        "Provisionally supported on Speech like (one task, 10 final runs of one search): "
    )


def test_verdicts_of_one_search_are_provisional_however_many_runs_it_has(write):
    one = verdict(write(SPEECH, **OLD | {"seeds": 24}), "speech")
    assert (one.verdict, one.provisional, one.n) == ("supported", True, 24)
    bayesian = verdict(write(SPEECH, folder="model", role="final", search="bayesian"), "speech")
    assert (bayesian.verdict, bayesian.provisional) == ("supported", True)


def test_runs_of_given_configurations_decide_provisionally_because_a_rare_failure_may_be_unseen(write):
    given = {"hyperparameters": {"learning_rate": 0.01}, "seeds": 24}
    one = verdict(write(SPEECH, **OLD | given), "speech")
    assert (one.verdict, one.provisional) == ("supported", True)
    assert "(one task, 24 final runs)" in one.sentence


def test_all_claims_hold_together_with_everything_that_the_report_states(write):
    both = SPEECH | {("sentiment-like", "simple-rnn"): 0.3, ("sentiment-like", "lstm"): 0.5}
    folder = write(both, claims_fixed={"count": 13})
    results = load(folder)
    terms = [(1, "speech-like", "lstm"), (-1, "speech-like", "simple-rnn")]
    assert joint_level(results) == pytest.approx(1 - 0.05 / (2 * 1 + 2 * 2 * 2 + 13))
    one = verdict(folder, "speech")
    assert (one.low, one.high) == effect(results, terms, joint_level(results))[1:3]


def test_the_number_of_claims_is_fixed_with_them():
    assert fixed(STUDY, None, False)["count"] == len(BUILT_IN)
    assert fixed(changed(claims=[CLAIM]), None, False)["count"] == len(BUILT_IN) + 1


@pytest.mark.parametrize(
    ("rnn", "lstm", "said", "baselines"),
    [
        (0.6, 0.8, "supported", "supported"),
        (0.8, 0.6, "contradicted", "supported"),
        (0.6, 0.605, "practically equal", "supported"),
        (0.6, 0.62, "undecided", "supported"),  # on the margin
        (0.2, 0.3, "supported", "contradicted"),  # the trained baseline has a skill of 0.37
        (0.2, 0.36, "supported", "practically equal"),
    ],
)
def test_verdicts_follow_the_interval_and_the_margin(write, rnn, lstm, said, baselines):
    folder = write({("speech-like", "simple-rnn"): rnn, ("speech-like", "lstm"): lstm}, spread=0.006)
    assert verdict(folder, "speech").verdict == said
    assert verdict(folder, "speech-baselines").verdict == baselines


def test_more_accurate_than_the_other_and_than_the_baselines_is_one_claim_with_two_parts(write):
    both = Claim("both", "The LSTM is the best", "hearsay", "skill-and-baselines", ("lstm", "simple-rnn"))
    ahead_of_one = {("speech-like", "simple-rnn"): 0.2, ("speech-like", "lstm"): 0.3}
    assert verdict(write(ahead_of_one, **own(both)), "both").verdict == "contradicted"
    assert verdict(write(SPEECH, **own(both)), "both").verdict == "supported"


def test_a_trained_baseline_that_solves_the_task_by_construction_is_no_rival(write, records, monkeypatch):
    monkeypatch.setitem(records.TRAINED, "speech-like", 1.0)
    assert verdict(write(SPEECH), "speech-baselines").verdict == "supported"


@pytest.mark.parametrize(
    ("trials", "best_of", "said", "provisional"),
    [(11, 1, "undecided", False), (12, 4, "supported", True), (23, 3, "supported", True), (24, 4, "supported", False),
     (24, 5, "supported", True), (24, 9, "undecided", False)],
)  # fmt: skip
def test_few_trials_leave_a_verdict_undecided_or_provisional(write, trials, best_of, said, provisional):
    one = verdict(write(SPEECH, trials=trials, best_of=best_of), "speech")
    assert (one.verdict, one.provisional, one.n) == (said, provisional, trials)
    needed = max(12, 3 * best_of)
    assert (f"fewer than {needed} trials" in one.evidence) == (said == "undecided")
    assert f"{one.command}".endswith(f" --trials {needed}") == (said == "undecided")
    assert one.needs == ""


@pytest.mark.parametrize(("seeds", "said", "provisional"), [(4, "undecided", False), (5, "supported", True)])
def test_few_final_runs_leave_a_verdict_undecided(write, seeds, said, provisional):
    one = verdict(write(SPEECH, **OLD | {"seeds": seeds}), "speech")
    assert (one.verdict, one.provisional, one.n) == (said, provisional, seeds)
    assert ("fewer than five runs" in one.evidence) == (seeds == 4)
    assert ("no interval" in one.sentence) == (seeds == 4)
    assert f"{one.command}".endswith(" --seeds 5") == (seeds == 4)
    assert one.needs == ""


@pytest.mark.parametrize(
    ("behind", "ahead", "said"), [(True, False, "undecided"), (False, True, "supported"), (False, False, "supported")]
)
def test_a_handicap_of_the_side_behind_leaves_a_lead_undecided(write, behind, ahead, said):
    def flag(kept):
        flagged = behind if kept["architecture"] == "simple-rnn" else ahead
        return {"flags": ["edge-of-range"] if flagged else []}

    one = verdict(write(SPEECH, change=flag), "speech")
    assert one.verdict == said
    doubt = "simple-rnn: in >99 % of searches the chosen run has a learning rate at the edge of its range"
    assert (f"at this budget: Speech like: {doubt}" in one.evidence) == behind
    assert (doubt in one.sentence) == behind


def flagged(cells):
    """Let all runs of these cells have a learning rate at the edge of its range."""
    return lambda kept: {"flags": ["edge-of-range"] if (kept["task"], kept["architecture"]) in cells else []}


def test_handicaps_count_task_by_task_and_leave_a_verdict_that_holds_without_these_tasks(write):
    tasks = ("speech-like", "sentiment-like", "adding-50")
    skills = {(task, name): skill for task in tasks for name, skill in (("simple-rnn", 0.6), ("lstm", 0.8))}
    change = flagged([("speech-like", "simple-rnn")])
    assert verdict(write(skills, change=change, **own(CLAIM)), "lstm-better").verdict == "supported"
    skills[("sentiment-like", "lstm")] = skills[("adding-50", "lstm")] = 0.605  # speech alone makes the lead
    one = verdict(write(skills, change=change, **own(CLAIM)), "lstm-better")
    assert one.verdict == "undecided"
    assert one.effect == pytest.approx(0.07, abs=0.01)
    assert one.evidence[0].startswith("at this budget: Speech like: simple-rnn: in >99 % of searches")


def test_an_unfinished_experiment_counts_its_runs_and_its_settled_verdicts_are_provisional(write):
    folder = write(SPEECH)
    (folder / "speech-like/lstm/trial-023.json").unlink()
    one = verdict(folder, "speech")
    assert (one.verdict, one.provisional, one.unfinished) == ("supported", True, "47 of 48 runs done")
    assert one.sentence.startswith("Provisionally supported (47 of 48 runs done) on Speech like")


def test_an_undecided_claim_is_never_provisional(write):
    folder = write(SPEECH | {("speech-like", "lstm"): 0.62})
    (folder / "speech-like/lstm/trial-023.json").unlink()
    one = verdict(folder, "speech")
    assert (one.verdict, one.provisional) == ("undecided", False)
    assert in_words(one) == "undecided (47 of 48 runs done)"


def test_a_verdict_is_provisional_where_one_of_its_parts_has_few_pairs(write):
    def late(kept):
        change = curves({"lstm": 20, "gru": 10})(kept)
        return change | ({"history": {"val_accuracy": [0.1, 0.1]}} if kept["index"] < 6 else {})

    skills = {("speech-like", "lstm"): 0.8, ("speech-like", "gru"): 0.8}
    one = verdict(write(skills, change=late), "gru-successor")
    assert (one.verdict, one.n, one.provisional) == ("supported", 24, True)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [(2.0, 2.0, "supported"), (0.0, 0.0, "practically equal"), (2.0, 0.0, "undecided"), (0.0, -2.0, "contradicted")],
)
def test_gradients_of_both_gated_cells_count_equally(write, first, second, said):
    kept = {"lstm": 1e-3 * 10**first, "gru": 1e-3 * 10**second}
    skills = {("adding-50", "lstm"): 0.9, ("adding-50", "gru"): 0.9}
    folder = write(skills, role="final", change=with_gradients({"lstm": 1e-3, "gru": 1e-3}, kept))
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
    assert "on Adding and Speech like (2 tasks, best of 4 of 24 trials):" in one.sentence
    assert "sp500-return" not in " ".join([one.sentence, *one.evidence])


def test_an_advantage_that_grows_with_length(write):
    skills = {("adding-50", "lstm"): 0.9, ("adding-50", "simple-rnn"): 0.8}
    grows = skills | {("adding-200", "lstm"): 0.9, ("adding-200", "simple-rnn"): 0.2}
    one = verdict(write(grows), "longer-is-harder")
    assert one.verdict == "supported"
    assert one.effect == pytest.approx((0.7 - 0.1) / 2, abs=0.01)  # two doublings
    assert one.unit == "of skill per doubling of length"
    flat = {(task, name): skill for task in ("adding-50", "adding-200") for name, skill in (("lstm", 0.99), ("simple-rnn", 0.96))}  # fmt: skip # noqa: E501
    assert verdict(write(flat, spread=0.005), "longer-is-harder").verdict == "practically equal"


def test_long_memory_shows_each_task_and_memory_lengths(write):
    skills = {("adding-50", "lstm"): 0.99, ("adding-50", "simple-rnn"): 0.99}
    skills |= {("adding-200", "lstm"): 0.99, ("adding-200", "simple-rnn"): 0.1}
    write(skills, spread=0.001, role="final")
    one = verdict(write(skills, spread=0.001), "long-memory")
    assert any("lstm over 200" in line and "simple-rnn 100" in line for line in one.evidence)
    assert one.verdict == "supported"
    assert any(line.startswith("Adding (200 steps): 0.9") and line.endswith(": lstm better") for line in one.evidence)


def with_gradients(starts, kept):
    """State-gradient ratios by architecture: lag 50 if it is among the lags."""

    def change(record):
        name, scale = record["architecture"], 1 + record["index"] / 50
        ratios = [{"1": 0.9, "20": 0.5, "50": level[name] * each, "100": 1e-30} for level, each in ((starts, scale), (kept, scale**2))]  # fmt: skip # noqa: E501
        return {"gradients": dict(zip(("start", "kept"), ratios, strict=True))}

    return change


MEMORY = {("adding-50", "simple-rnn"): 0.5, ("adding-50", "lstm"): 0.9}


@pytest.fixture
def started(write, records):
    """Write the control runs' untrained networks, whose state gradient at lag 50 follows from their start."""

    def started(few=(), **levels):
        folder = write(MEMORY)
        for name, plain in (("simple-rnn", True), ("lstm", False)):
            gradients = {
                f"start {start.removeprefix('bias_')} {draw}": {"50": level * (1 + draw / 50)}
                for start, level in levels.items()
                for draw in range(4 if start in few else 5)
                if plain != start.startswith("bias_")
            }
            records.write(folder, records.record("adding-50", name, "control", 0, gradients=gradients))
        return folder

    return started


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ({"orthogonal": 1e-5, "uniform": 1e-6, "bias_1": 1e-3, "bias_chrono": 1e-2}, "supported"),
        ({"orthogonal": 1e-2, "uniform": 1e-6, "bias_1": 1e-3, "bias_chrono": 1e-1}, "undecided"),  # not every pair
        ({"orthogonal": 1e-1, "uniform": 1e-2, "bias_1": 1e-6, "bias_chrono": 1e-4}, "contradicted"),
        ({"orthogonal": 1e-2, "uniform": 1e-2, "bias_1": 1e-2, "bias_chrono": 1e-2}, "practically equal"),
    ],
)
def test_gradients_at_the_start_must_be_larger_for_every_pair_of_starts(started, levels, said):
    one = verdict(started(**levels), "gradients-at-start")
    assert (one.verdict, one.margin, one.n, one.provisional) == (said, 0.5, 10, said != "undecided")
    assert "(one task, 10 untrained networks)" in one.sentence
    pairs = [line for line in one.evidence if line.startswith("lstm with gate_bias ")]
    assert len(pairs) == 4
    assert all("n=5" in line for line in pairs)


def test_a_start_of_few_networks_is_in_the_table_but_decides_nothing(started):
    levels = {"orthogonal": 1e-5, "uniform": 1e-5, "bias_0": 1e-9, "bias_1": 1e-3, "bias_chrono": 1e-3}
    one = verdict(started(few=["bias_0"], **levels), "gradients-at-start")
    assert one.verdict == "supported"
    assert any("gate_bias 0" in line and "(no interval, n=4)" in line for line in one.evidence)


def test_final_and_control_runs_before_training_count_where_no_untrained_network_was_measured(write):
    change = with_gradients({"simple-rnn": 1e-6, "lstm": 1e-3}, {"simple-rnn": 1e-6, "lstm": 1e-1})
    one = verdict(write(MEMORY, change=change, **OLD), "gradients-at-start")
    assert (one.verdict, one.effect, one.provisional) == ("supported", pytest.approx(3), True)
    assert any("lstm with gate_bias chrono, simple-rnn with recurrent_start orthogonal" in e for e in one.evidence)


def test_gradients_are_learned_if_their_ratio_grows_in_training(write):
    change = with_gradients({"simple-rnn": 1e-6, "lstm": 1e-3}, {"simple-rnn": 1e-6, "lstm": 1e-1})
    learned = verdict(write(MEMORY, role="final", change=change), "gradients-learned")
    assert (learned.verdict, learned.unit, learned.provisional) == ("supported", "decades", True)
    assert learned.effect == pytest.approx(2, abs=0.05)


def test_identical_values_have_no_interval(write):
    change = lambda record: {"gradients": {when: {"50": level} for when, level in (("start", 1e-3), ("kept", 1e-1))}}  # noqa: E731 # fmt: skip
    one = verdict(write(MEMORY, role="final", change=change), "gradients-learned")
    assert (one.verdict, one.effect, one.n) == ("undecided", pytest.approx(2), 10)
    assert np.isnan([one.low, one.high]).all()


def test_gradients_are_compared_at_the_longest_common_lag(write, records):
    def change(record):
        level = 1 + record["index"] / 50
        short = {"1": 0.9, "10": level * (1e-2 if record["architecture"] == "lstm" else 1e-4)}
        return {"gradients": {"start": short | ({"50": 1.0} if record["architecture"] == "lstm" else {}), "kept": {}}}

    assert verdict(write(MEMORY, role="final", change=change), "gradients-at-start").effect == pytest.approx(2)


def test_runs_without_gradients_name_what_would_measure_them(write):
    one = verdict(write(SPEECH), "gradients-at-start")
    assert one.needs == "a new results folder (--results), since these runs measured no gradients"
    assert one.command.startswith("suite run experiments/quick.py --results ")


@pytest.mark.parametrize(("diverged", "said"), [(30, "supported"), (1, "undecided"), (0, "undecided")])
def test_stability_is_decided_by_the_trials_that_diverge(write, records, diverged, said):
    folder = write({("speech-like", name): 0.5 for name in ("simple-rnn", "lstm", "gru")}, trials=60)
    for name in records.ARCHITECTURES:
        for index in range(60):
            plain = name == "simple-rnn"
            kept = records.record("speech-like", name, "trial", index, clipped=0.6 if plain else 0.1)
            if plain and index < diverged:
                kept = records.failed("speech-like", name, "trial", index, "diverged", "loss is not finite")
            records.write(folder, kept)
    one = verdict(folder, "stability")
    assert (one.verdict, one.n, one.unit) == (said, 60, "of trials")
    assert (one.effect) == pytest.approx(diverged / 60)
    assert f"trials that diverged: {diverged} of 60 of simple-rnn and 0 of 60 of lstm" in one.evidence
    clipped = f"trials clipped in most steps: {60 - diverged} of 60 of simple-rnn and 0 of 60 of lstm"
    assert any(line.startswith(clipped) for line in one.evidence)


def test_trial_0_of_an_old_folder_is_the_default_configuration_and_no_draw(write, records):
    for best_of, n in ((4, 24), (0, 23)):
        folder = write(SPEECH, best_of=best_of, folder=f"of{best_of}")
        assert verdict(folder, "stability").n == n


def test_configurations_proposed_by_a_model_are_not_random(write, records):
    folder = write(SPEECH, trials=1, search="bayesian")
    for name in ("simple-rnn", "lstm"):
        records.write(folder, records.record("speech-like", name, "trial", 0))
    assert verdict(folder, "stability").n == 0


def test_tuning_is_the_gain_of_the_best_of_n_over_one_trial(write, records):
    folder = write(SPEECH, spread=0.1)
    records.write(folder, records.record("speech-like", "lstm", "control", 0, 0.11 + 0.75 * 0.89))
    results = load(folder)
    (one,) = [one for one in judge(results) if one.id == "tuning"]
    gains = [gains_of(results, "speech-like", name)["one trial"].centre for name in ("simple-rnn", "lstm")]
    assert (one.verdict, one.n) == ("supported", 24)
    assert one.effect == pytest.approx(np.mean(gains))
    (line,) = [line for line in one.evidence if line.startswith("Speech like, lstm: ")]
    assert "over one trial and 0.1" in line
    assert "(no interval, n=1) over the default configuration" in line


def test_a_search_of_one_trial_is_no_tuning(write):
    one = verdict(write(SPEECH, best_of=1), "tuning")
    assert (one.verdict, one.n, one.needs) == ("undecided", 0, "best_of=2")


CONTROLLED = OLD | {"tuning_control": True}


def test_tuning_without_independent_trials_is_the_gain_over_control_runs_of_the_same_seed(write):
    write({cell: skill - 0.1 for cell, skill in SPEECH.items()}, **CONTROLLED | {"role": "control"}, spread=0.02)
    one = verdict(write(SPEECH, **CONTROLLED), "tuning")
    assert (one.verdict, one.provisional) == ("supported", True)
    assert one.effect == pytest.approx(0.1, abs=0.01)
    assert any(line.startswith("Speech like, lstm: 0.") for line in one.evidence)


def test_gains_of_one_seed_are_not_independent(write):
    """Architectures that share the seed's luck: the interval is that of the means by seed."""
    names = ("simple-rnn", "lstm", "gru")

    def same_luck(kept):
        base = 0.11
        skill = 0.7 + (0.1 * NOISE[kept["index"]] if kept["role"] == "final" else -0.1)
        return {"metrics": {"test": {"accuracy": base + skill * (1 - base)}}}

    cells = {("speech-like", name): 0.5 for name in names}
    write(cells, change=same_luck, **CONTROLLED | {"role": "control"})
    one = verdict(write(cells, change=same_luck, **CONTROLLED), "tuning")
    assert one.plain == pytest.approx(statistics.student_t(0.1 + 0.1 * NOISE[:10])[1:3])


def test_failed_runs_count_as_the_worst_outcome_and_are_left_out_as_a_check(write, records):
    folder = write(SPEECH)
    for index in range(20):
        records.write(folder, records.failed("speech-like", "lstm", "trial", index, "diverged", "loss is not finite"))
    one = verdict(folder, "speech")
    assert (one.verdict, one.n) == ("undecided", 24)
    assert one.low < -0.2
    assert "20 runs of lstm failed; the worst outcome is counted instead" in one.evidence
    (check,) = one.sensitivity
    assert (check["what"], check["n"]) == ("among the runs that trained", 0)


def test_a_verdict_that_fails_among_the_runs_that_trained_is_fragile(write, records):
    folder = write({("speech-like", "simple-rnn"): 0.8, ("speech-like", "lstm"): 0.8}, best_of=1)
    for index in range(12):
        records.write(folder, records.failed("speech-like", "lstm", "trial", index, "diverged", "loss is not finite"))
    one = verdict(folder, "speech")
    assert (one.verdict, one.fragile) == ("contradicted", True)
    (check,) = one.sensitivity
    assert (check["what"], check["verdict"], check["n"]) == ("among the runs that trained", "practically equal", 12)


def test_failed_runs_are_left_out_as_a_check_only_if_the_statistic_declares_it(write, records):
    folder = write(SPEECH, change=with_gradients({"simple-rnn": 1e-6, "lstm": 1e-3}, {"simple-rnn": 1, "lstm": 1}))
    records.write(folder, records.failed("speech-like", "lstm", "trial", 0, "diverged", "loss is not finite"))
    assert verdict(folder, "gradients-at-start").sensitivity == []
    assert [one["what"] for one in verdict(folder, "speech").sensitivity] == ["among the runs that trained"]


def test_tuning_lists_the_hyperparameters_that_matter(write, records):
    folder, random = write(SPEECH, trials=60), np.random.default_rng(1)
    for index in range(60):
        values = {"learning_rate": float(10 ** random.uniform(-4, -1)), "depth": int(random.integers(1, 3))}
        score = 0.8 - 0.2 * abs(np.log10(values["learning_rate"]) + 2.5)
        kept = records.record("speech-like", "lstm", "trial", index, score, hyperparameters=values)
        records.write(folder, kept | {"spec": {"hyperparameters": values}})
    said = [line for line in verdict(folder, "tuning").evidence if "explains" in line]
    assert len(said) == 1
    assert said[0].startswith("Speech like, lstm: learning_rate explains ")
    assert "values tried: 0.0001" in said[0]


def test_tuning_without_independent_trials_and_control_runs_names_what_the_experiment_needs(write):
    one = verdict(write(SPEECH, **OLD), "tuning")
    assert (one.verdict, one.n) == ("undecided", 0)
    assert one.needs == "tuning_control=True"
    assert one.command.startswith("suite run experiments/quick.py")
    assert np.isnan([one.effect, one.low, one.high]).all()


def curves(fast):
    """Histories that reach an accuracy of 0.9 after this many epochs, by architecture."""

    def change(record):
        wobble = 0.002 * (record["index"] % 3) * (record["architecture"] == "gru")
        curve = [*np.linspace(0.2 + wobble, 0.8, fast[record["architecture"]] - 1), 0.9 - wobble]
        return {
            "history": {"val_accuracy": curve, "loss": [1.0]},
            "hyperparameters": {"batch_size": 50},
            "spec": {"budget": {"epochs": 100}},
            "seconds": {"fit": 9.0 + record["index"] % 4, "cpu": 8.0 + record["index"] % 3},
        }

    return change


@pytest.mark.parametrize(
    ("skill", "epochs", "said"),
    [
        (0.8, 10, "supported"),  # as good, at half the steps
        (0.8, 20, "undecided"),  # as good, not cheaper: only a part is practically equal
        (0.8, 40, "contradicted"),  # as good, dearer
        (0.7, 10, "contradicted"),  # cheaper, and worse
    ],
)
def test_the_gru_must_be_as_good_and_need_fewer_steps(write, skill, epochs, said):
    skills = {("speech-like", "lstm"): 0.8, ("speech-like", "gru"): skill}
    one = verdict(write(skills, spread=0.005, change=curves({"lstm": 20, "gru": epochs})), "gru-successor")
    assert one.verdict == said
    (ratio,) = [line for line in one.evidence if line.startswith("training steps to the worse")]
    assert f"gru over lstm: {epochs / 20:g}" in ratio.replace("1.00", "1").replace("2.0", "2")
    assert any(line.startswith("CPU time of a run, gru over lstm: 1") for line in one.evidence)
    assert any(line.startswith("weights: ") for line in one.evidence)


def test_two_runs_that_need_the_same_epochs_are_told_apart_between_epochs(write):
    """Both reach 0.8 in the second epoch, but one is at 0.5 after the first."""

    def change(record):
        first = 0.7 if record["architecture"] == "gru" else 0.2
        curve = [first + 0.001 * (record["index"] % 3), 0.8 + 0.5 * (record["architecture"] == "gru")]
        return {"history": {"val_accuracy": curve}, "hyperparameters": {"batch_size": 50}}

    skills = {("speech-like", "lstm"): 0.8, ("speech-like", "gru"): 0.8}
    one = verdict(write(skills, change=change), "gru-successor")
    (ratio,) = [line for line in one.evidence if line.startswith("training steps to the worse")]
    assert "gru over lstm: 0.58" in ratio  # 1 + 0.1 / 0.6 of 2 epochs


def test_equal_curves_leave_the_steps_undecided(write):
    same = {"history": {"val_accuracy": [0.3, 0.9]}, "hyperparameters": {"batch_size": 50}}
    skills = {("speech-like", "lstm"): 0.8, ("speech-like", "gru"): 0.8}
    one = verdict(write(skills, change=lambda record: same), "gru-successor")
    assert one.verdict == "undecided"
    assert any("gru over lstm: 1 (no interval, n=24)" in line for line in one.evidence)


def test_trials_that_do_not_beat_the_trivial_baseline_say_nothing_about_steps(write):
    def change(record):
        stuck = {"history": {"val_accuracy": [0.1, 0.115]}} if record["index"] % 2 else {}
        return curves({"lstm": 20, "gru": 10})(record) | stuck

    skills = {("speech-like", "lstm"): 0.8, ("speech-like", "gru"): 0.8}
    one = verdict(write(skills, change=change), "gru-successor")
    assert any("n=12" in line for line in one.evidence if line.startswith("training steps to the worse"))


def test_predictability_is_supported_or_not(write):
    skills = {("speech-like", "lstm"): 0.5, ("speech-like", "gru"): 0.6, ("sp500-return", "lstm"): 0.001}
    skills |= {("sp500-return", "gru"): -0.002}
    results = load(write(skills, spread=0.001))
    said = {one.id: one for one in judge(results)}
    assert said["predictable-speech-like"].verdict == "supported"
    assert said["predictable-sp500-return"].verdict == "practically equal"
    assert in_words(said["predictable-sp500-return"]) == "practically equal: nothing that matters can be predicted"
    found = [one.joint for one in compare(results, "sp500-return").trivial]
    one = said["predictable-sp500-return"]
    assert (one.low, one.high) == (max(each.low for each in found), max(each.high for each in found))


@pytest.mark.parametrize(
    ("skills", "said"), [((0.5, 0.0), "supported"), ((-0.3, -0.2), "contradicted"), ((-0.3, 0.0), "practically equal")]
)
def test_one_architecture_is_enough_to_predict_and_all_must_fail_to_contradict(write, skills, said):
    cells = {("sp500-return", name): skill for name, skill in zip(("lstm", "gru"), skills, strict=True)}
    assert verdict(write(cells, spread=0.001), "predictable-sp500-return").verdict == said


def test_missing_architectures_and_tasks_are_named_next_to_the_command(write):
    folder = write({("adding-50", "lstm"): 0.5}, trials=3, best_of=2)
    said = {one.id: one for one in judge(load(folder))}
    assert said["speech"].needs == "the architecture simple-rnn and tasks of the family speech"
    assert said["gru-successor"].needs == "the architecture gru"
    assert {one.command for one in said.values()} >= {f"{load(folder).command} --trials 12"}
    assert {one.verdict for one in said.values()} == {"undecided"}


def test_a_complete_experiment_whose_runs_failed_has_no_command(write, records):
    folder = write(SPEECH)
    for index in range(24):
        records.write(folder, records.failed("speech-like", "lstm", "trial", index, "diverged", "loss is not finite"))
    one = verdict(folder, "gru-successor")
    assert (one.verdict, one.n) == ("undecided", 0)
    one = verdict(folder, "speech")
    assert (one.verdict, one.needs, one.command) == ("contradicted", "", None)


def test_the_command_names_the_file_that_made_the_experiment(write, tmp_path):
    folder = write(SPEECH, file="../studies/mine.py")
    command = verdict(folder, "gru-successor").command
    assert command.startswith(f"suite run {tmp_path.as_posix()}/studies/mine.py --results ")


def test_the_budget_leaves_out_unused_parts(write):
    searched = verdict(write(SPEECH, trials=8), "speech").sentence
    assert searched.endswith("Budget: 8 trials, 12 epochs and 5000 weights.")
    given = verdict(write(SPEECH, role="final", match="units", hyperparameters={"units": 32}), "speech").sentence
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
    assert [check["what"] for check in one.sensitivity] == ["without Speech like", "without Adding (50 steps)"]
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
    write(SPEECH, trials=8, folder="quick_half", variant_of="quick", variant="half the trials")
    one = verdict(write(SPEECH), "speech")
    assert [check["n"] for check in one.sensitivity] == [8]
    assert not one.fragile


def test_a_task_without_enough_pairs_is_left_out_and_named(write, records):
    folder = write(TWO, **own(CLAIM))
    for path in sorted((folder / "adding-50" / "lstm").glob("trial-*.json"))[8:]:
        path.unlink()
    one = verdict(folder, "lstm-better")
    assert (one.n, one.effect) == (24, pytest.approx(0.2, abs=0.01))
    assert "without enough runs of both: Adding (50 steps)" in one.evidence


def test_the_table_and_the_json_have_the_columns_of_the_contract(write, capsys):
    folder = write(TWO)
    table = frame(judge(load(folder)))
    assert tuple(table.columns) == COLUMNS
    assert main(["claims", str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in found] == list(table["id"])
    assert all(set(one) == {*COLUMNS, *BESIDE} for one in found)
    (unmeasured,) = [one for one in found if one["id"] == "gru-successor"]
    assert (unmeasured["effect"], unmeasured["n"], unmeasured["p_better"]) == (None, 0, None)
    assert COLUMNS[:10] == (
        "id", "verdict", "provisional", "fragile", "effect", "low", "high", "n", "margin", "sentence"
    )  # fmt: skip


def test_the_command_prints_every_claim_with_its_verdict(write, capsys):
    assert main(["claims", str(write(TWO))]) == 0
    told = capsys.readouterr().out
    assert "The LSTM is more accurate than the simple RNN in speech recognition: supported" in told
    needed = "first give the experiment the architecture gru; then suite run experiments/quick.py"
    assert f"to settle it: {needed} --results " in told
    assert told.endswith("Claims, margin and numbers of runs were not fixed before these runs: no hash is stored.\n")


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
    assert said == f"Claims, margin or numbers of runs changed after the first runs: hash {after_runs['hash']}, before {first['hash']}."  # fmt: skip # noqa: E501
    assert registration(load(write(SPEECH, claims_fixed=first))) == (
        f"Claims, margin and numbers of runs were fixed before anything ran: hash {first['hash']}."
    )
    assert "are not those fixed before the runs" in registration(load(write(SPEECH, margin=0.3, claims_fixed=first)))


def test_claims_fixed_after_runs_are_not_reported_as_fixed_before(write):
    late = fixed(STUDY, ExperimentInfo(name="quick"), True)
    assert late["before"] == ["none"]
    assert fixed(STUDY, ExperimentInfo(claims_fixed=late), True) == late
    said = registration(load(write(SPEECH, claims_fixed=late)))
    assert said == f"Claims, margin and numbers of runs were fixed only after the first runs: hash {late['hash']}."


def test_claims_of_an_experiment_are_judged_from_its_folder_alone(write):
    kept = fixed(changed(claims=[CLAIM]), None, False)
    assert json.loads(json.dumps(kept)) == kept
    assert verdict(write(SPEECH, claims_fixed=kept), "lstm-better").verdict == "supported"


def test_a_wrong_claim_is_an_error_before_anything_runs():
    with pytest.raises(RequestError, match=r"suite\.claims\.Claim object, not 'LSTM wins'"):
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


def test_a_claim_stored_with_a_group_is_still_read(write):
    stored = {"own": [CLAIM.plain() | {"group": "confirmatory"}]}
    assert verdict(write(SPEECH, claims_fixed=stored), "lstm-better").verdict == "supported"


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
        "speech-baselines", "sentiment", "sentiment-baselines", "stocks", "stocks-baselines", "tuning", "gru-successor",
    ]  # fmt: skip
    assert all(one.source and one.claim for one in BUILT_IN)
