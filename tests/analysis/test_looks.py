"""A look decides from the first trials of a task alone which comparisons need more."""

from dataclasses import replace

import numpy as np
import pytest

from suite.analysis.comparisons import compare
from suite.analysis.decisions import PairVerdict, Standing
from suite.analysis.looks import in_words, last_look, look_at, needs_trials, runs

SPEECH, SENTIMENT = "speech-like", "sentiment-like"
LOOKS = [24, 48, 96]


@pytest.fixture
def study(tmp_path, records):
    """Make results of trials with these mean skills and this spread, by architecture."""

    def make(means, spread=0.01, count=96, **experiment):
        rng = np.random.default_rng(5)
        skills = {(SPEECH, name): mean + spread * rng.normal(size=count) for name, mean in means.items()}
        declared = {"looks": LOOKS, "trials": 96, "seeds": 5, "claims_fixed": {"looks": 3}}
        return records.trials(tmp_path, skills, **declared | experiment)

    return make


def pairs(found):
    return [(one.first, one.second) for one in found]


def test_a_clear_lead_and_clear_equality_need_no_more_trials(study):
    assert look_at(study({"lstm": 0.8, "gru": 0.5}), SPEECH, 24).open == []
    assert look_at(study({"lstm": 0.8, "gru": 0.8}, spread=0.002), SPEECH, 24).open == []


def test_an_undecided_comparison_needs_more_and_the_others_do_not(study):
    found = study({"lstm": 0.82, "gru": 0.8, "simple-rnn": 0.3}, spread=0.05)
    assert pairs(look_at(found, SPEECH, 24).open) == [("lstm", "gru")]


def test_a_verdict_that_is_not_firm_needs_more(study):
    found = study({"lstm": 0.8, "gru": 0.5}, looks=[12, 24], trials=24)
    assert len(look_at(found, SPEECH, 12).open) == 3
    assert look_at(found, SPEECH, 24).open == []


@pytest.mark.parametrize(
    ("verdict", "standing", "open_"),
    [
        (PairVerdict.UNDECIDED, Standing.FIRM, True),
        (PairVerdict.TOO_FEW, Standing.NONE, True),
        (PairVerdict.WORSE, Standing.PROVISIONAL, True),
        (PairVerdict.EQUAL, Standing.FIRM, False),
        (PairVerdict.AT_THIS_BUDGET, Standing.FIRM, False),
        (PairVerdict.AT_THIS_BUDGET, Standing.PROVISIONAL, False),
    ],
)
def test_at_this_budget_needs_more_epochs_instead(study, verdict, standing, open_):
    one = compare(study({"lstm": 0.8, "gru": 0.5}), SPEECH).pairs[0]
    assert needs_trials(replace(one, verdict=verdict, standing=standing)) == open_


@pytest.mark.slow
def test_later_trials_and_other_tasks_change_nothing(study, records, tmp_path):
    whole = study({"lstm": 0.82, "gru": 0.8, "simple-rnn": 0.7}, spread=0.05)
    early = study({"lstm": 0.82, "gru": 0.8, "simple-rnn": 0.7}, spread=0.05)
    early.records = [record for record in early.records if record.index < 24]
    looks = [look_at(results, SPEECH, 24).statements for results in (whole, early)]
    assert looks[0] == looks[1]
    assert look_at(whole, SPEECH, 48).statements != looks[0]


def test_an_architecture_that_is_no_longer_declared_cannot_keep_a_task_open(study):
    found = study({"lstm": 0.82, "gru": 0.8}, spread=0.05, architectures=["lstm"])
    assert look_at(found, SPEECH, 24).open == []


def test_it_says_what_is_open_and_how_it_goes_on(study):
    found = study({"lstm": 0.82, "gru": 0.8, "simple-rnn": 0.3}, spread=0.05)
    where = "speech-like, look {} of 3 ({} trials): "
    assert in_words(look_at(found, SPEECH, 24)) == (
        where.format(1, 24) + "1 of 6 comparisons open: lstm against gru; next, 48 trials"
    )
    assert in_words(look_at(found, SPEECH, 96)).startswith(where.format(3, 96))
    clear = look_at(study({"lstm": 0.8, "gru": 0.5}), SPEECH, 48)
    assert in_words(clear) == where.format(2, 48) + "no comparison needs more trials"
    assert (clear.following, clear.number) == (None, 2)


def test_the_last_look_of_all_is_the_end_even_if_something_is_open(study):
    look = look_at(study({"lstm": 0.801, "gru": 0.8, "simple-rnn": 0.802}, spread=0.1), SPEECH, 96)
    assert look.open
    assert look.following is None
    assert in_words(look).endswith(" and gru against simple-rnn; this was the last look")


def test_the_report_finds_the_last_look_and_what_it_saved(study):
    found = study({"lstm": 0.8, "gru": 0.5}, count=24, granted={SPEECH: 24})
    look = last_look(found, SPEECH)
    assert (look.number, look.trials, look.open) == (1, 24, [])
    assert runs(found, look) == (2 * (24 + 5 + 1), 2 * (96 + 5 + 1))
    assert last_look(study({"lstm": 0.8, "gru": 0.5}, count=23), SPEECH) is None
    assert last_look(study({"lstm": 0.8, "gru": 0.5}, count=40, granted={SPEECH: 48}), SPEECH).number == 1
    assert last_look(study({"lstm": 0.8, "gru": 0.5}, looks=[]), SPEECH) is None


def test_a_comparison_that_only_more_examples_could_decide_needs_no_trials(records, tmp_path):
    results = records.on_examples(tmp_path, records.nearly_alike("lstm", "gru"), np.arange(60))
    (pair,) = compare(results, "sentence-polarity").pairs
    assert (pair.verdict, pair.needs_examples, needs_trials(pair)) == (PairVerdict.UNDECIDED, True, False)
    assert pair.turned.needs_examples
