"""Agreement: whatever a study shows, all places that speak about a pair, a baseline or a choice say the same."""

import re
from functools import cache
from html import unescape

import numpy as np
import pytest

from suite.analysis.best import best, lines
from suite.analysis.comparisons import compare
from suite.analysis.decisions import PairVerdict
from suite.analysis.recommendations import choose
from suite.claims.judge import judge
from suite.claims.tables import lines as claim_lines
from suite.report import context
from suite.report.figures import overview
from suite.report.findings import find, presented
from suite.report.headline import advice, answers, recommendations
from suite.report.lead import lead
from suite.report.page import Page
from suite.report.reasons import reasons
from suite.report.rendering import fill
from suite.report.scores import matrix, scores_table
from suite.report.terminal import brief
from suite.results.results import load

pytestmark = pytest.mark.slow  # whole reports of a dozen studies

NAMES = ("lstm", "gru", "simple-rnn")
FAMILY = ("speech-like", "near", "far")
TITLES = {"simple-rnn": "simple RNN", "lstm": "LSTM", "gru": "GRU"}
NOISE = np.random.default_rng(3).normal(size=(9, 48))


class Study:
    """Trials and final runs invented by mean skill, in a folder."""

    def __init__(self, folder, records, trials=24, best_of=4, finals=5, **experiment):
        self.folder, self.records, self.trials, self.finals = folder, records, trials, finals
        self.declared = {
            "trials": trials,
            "best_of": best_of,
            "seeds": finals,
            "architectures": list(NAMES),
            "titles": TITLES,
        } | experiment
        self.tasks = {}

    def add(self, task, means, spread=0.003, failing=None, **facts):
        """Add a task with these mean skills; the first trials of the `failing` architectures diverge."""
        self.tasks[task] = means
        self.records.write_task(self.folder, task, **facts)
        base, perfect = self.records.BASELINES[task], self.records.TASKS[task]["perfect"]
        for place, (name, mean) in enumerate(means.items()):
            for role, count in (("trial", self.trials), ("final", self.finals)):
                for index in range(count):
                    skill = mean + spread * float(NOISE[place + 3 * (role == "final"), index])
                    record = self.records.record(task, name, role, index, base + skill * (perfect - base))
                    if role == "trial" and index < (failing or {}).get(name, 0):
                        record = self.records.failed(task, name, role, index, "diverged", "loss is not finite")
                    self.records.write(self.folder, record)
        return self

    def results(self, **more):
        tasks = [*self.tasks, *more.pop("missing", ())]
        self.records.write_experiment(self.folder, tasks=tasks, **self.declared | more)
        return load(self.folder)


@pytest.fixture(scope="module")
def study(tmp_path_factory, records):
    """Begins a study in a folder of its own; `near` and `far` are two more tasks of the family speech."""
    with pytest.MonkeyPatch.context() as patch:
        for known in (records.TASKS, records.BASELINES, records.TRAINED):
            for name in FAMILY[1:]:
                patch.setitem(known, name, known["speech-like"])
        for known in (records.TASKS, records.BASELINES, records.SCORES, records.SPREADS):
            patch.setitem(known, "adding-200", known["adding-50"])
        patch.setitem(records.TASKS, "adding-200", records.TASKS["adding-50"] | {"length": 200})
        yield lambda **declared: Study(tmp_path_factory.mktemp("study"), records, **declared)


def clear_winner(study):
    return study().add("speech-like", {"lstm": 0.9, "gru": 0.7, "simple-rnn": 0.5}).results()


def tie(study):
    return study().add("speech-like", dict.fromkeys(NAMES, 0.8)).results()


def noisy_tie(study):
    return study().add("speech-like", dict.fromkeys(NAMES, 0.7), spread=0.15).results()


def everything_at_the_baseline(study):
    return study().add("sp500-return", dict.fromkeys(NAMES, 0.0), spread=0.05, source="S&P 500").results()


def baseline_wins(study):
    return study().add("speech-like", {"lstm": 0.2, "gru": 0.1, "simple-rnn": 0.15}).results()


def failures(study):
    means = {"lstm": 0.8, "gru": 0.7, "simple-rnn": 0.6}
    return study().add("speech-like", means, failing={"lstm": 12, "gru": 3}).results()


def two_trials_only(study):
    return (
        study(trials=2, best_of=1, finals=2).add("speech-like", {"lstm": 0.9, "gru": 0.2, "simple-rnn": 0.1}).results()
    )


def a_missing_task(study):
    return study().add("speech-like", {"lstm": 0.9, "gru": 0.7, "simple-rnn": 0.5}).results(missing=["adding-50"])


def reversal(study):
    one = study().add("speech-like", {"lstm": 0.9, "gru": 0.6, "simple-rnn": 0.4})
    one.add("near", {"lstm": 0.9, "gru": 0.6, "simple-rnn": 0.4})
    return one.add("far", {"lstm": 0.6, "gru": 0.65, "simple-rnn": 0.9}).results()


def disagreement(study):
    one = study().add("speech-like", {"lstm": 0.9, "gru": 0.7, "simple-rnn": 0.5})
    return one.add("near", {"lstm": 0.7, "gru": 0.9, "simple-rnn": 0.5}).results()


def a_control_alone(study):
    facts = {"family": "controls"}
    return study().add("speech-like", {"lstm": 0.9, "gru": 0.85, "simple-rnn": 0.8}, **facts).results()


def old_folder(study):
    return study(trials=0, best_of=0).add("speech-like", {"lstm": 0.9, "gru": 0.7, "simple-rnn": 0.5}).results()


STUDIES = [
    clear_winner, tie, noisy_tie, everything_at_the_baseline, baseline_wins, failures, two_trials_only, a_missing_task,
    reversal, disagreement, a_control_alone, old_folder,
]  # fmt: skip


@pytest.fixture(scope="module")
def of(study):
    """Returns the results of a study, which are made once and remember what they were asked."""
    return cache(lambda make: make(study))


@pytest.fixture(scope="module", params=STUDIES, ids=lambda make: make.__name__)
def results(request, of):
    """The results of each study."""
    return of(request.param)


@pytest.fixture(scope="module")
def places(results):
    """What each place says of each study."""
    return said_in_places(results)


@pytest.fixture(scope="module")
def shown(results):
    """The pairs that some comparison of each study shows."""
    return beaten(results)


@pytest.fixture(scope="module")
def told(results):
    """The sentences about each study."""
    return sentences(results)


def said_in_places(results):
    """The page, the Markdown, the terminal, commands and the first figure, without the wording of the claims."""
    tables = {made.name: made for made in (scores_table(results), recommendations(results)) if made.rows}
    page = Page(results, tables, [])
    texts = {name: fill(name, context(page)).decode() for name in ("index.html", "report.md")}
    texts["index.html"] = re.sub(r"<(script|style).*?</\1>", "", texts["index.html"], flags=re.DOTALL)
    texts |= {"terminal": "\n".join(brief(results))}
    texts |= {"best": "\n".join(line for task in results.task_names for line in lines(results, best(results, task)))}
    texts |= {"claims": "\n".join(claim_lines(judge(results)))}
    texts |= {"figure": overview.in_words(results, "")}
    return {name: plainly(text, results) for name, text in texts.items()}


def plainly(text, results):
    """A text without tags and without the wording of the claims, with architectures by their ids."""
    text = unescape(re.sub(r"<[^>]*>", " ", text))
    for one in judge(results):
        text = text.replace(one.claim, "")
    for name, title in TITLES.items():
        text = re.sub(rf"(?:the |The )?\b{title}\b", name, text)
    return re.sub(r"\s+", " ", text)


def sentences(results):
    """Everything that a report, a terminal and `suite best` say about single tasks and families, as sentences."""
    found = [find(results, task) for task in presented(results)]
    return [plainly(text, results) for text in _told(results, found)]


def _told(results, found):
    return [
        *lead(results),
        *(sentence for one in answers(results) for sentence in one.sentences),
        *(sentence for one in found for sentence in (one.headline, *one.evidence)),
        *(one.accurate for one in advice(results)),
        *(one.cheapest for one in advice(results)),
        *(line for task in results.task_names for line in lines(results, best(results, task))),
        *brief(results),
        *(line for one in judge(results) for line in (one.sentence, *one.evidence)),
        *(sentence for task in presented(results) for sentence in reasons(results, task)),
    ]


def beaten(results):
    """The pairs, as (winner, loser), that some comparison shows, on a task or on the mean of a family."""
    groups = [*([task] for task in results.task_names), *results.by_family.values()]
    found = [pair for tasks in groups for pair in compare(results, *tasks).pairs]
    return {(one.first, one.second) for one in found if one.verdict is PairVerdict.BETTER}


def clauses_that_say_beaten(text):
    """The pairs of architectures in clauses such as "a and b beat c and d"."""
    names = "|".join(NAMES)
    group = rf"(?:(?:{names})(?:, | and )?)+"
    for who, whom in re.findall(rf"({group}) (?:beats|beat) ({group})", text):
        yield from ((a, b) for a in re.findall(names, who) for b in re.findall(names, whom))


def test_no_sentence_says_that_one_beats_another_unless_a_comparison_shows_it(told, shown):
    for text in told:
        assert set(clauses_that_say_beaten(text)) <= shown, text


def test_every_verdict_of_a_task_is_in_its_finding_and_in_the_answer(results, shown):
    spoken = " ".join(sentence for one in answers(results) for sentence in one.sentences)
    spoken += " ".join(find(results, task).headline for task in results.apart("controls"))
    spoken = plainly(spoken, results)
    said = set(clauses_that_say_beaten(spoken.replace(" on one test split", "")))
    assert said == shown


def test_a_pair_that_is_undecided_on_a_task_is_nowhere_said_to_be_settled_there(results):
    for task in presented(results):
        found = find(results, task)
        text = plainly(" ".join([found.headline, *found.evidence]), results)
        for pair in compare(results, task).pairs:
            both = {(pair.first, pair.second), (pair.second, pair.first)}
            if not pair.verdict.decided:
                assert not both & set(clauses_that_say_beaten(text)), (task, text)


def test_stars_recommendation_and_best_name_the_same(results):
    rows = {row.task: row for row in matrix(results)}
    for task in presented(results):
        choice, found = choose(results, [task]), best(results, task)
        starred = [entry.architecture for entry in rows[task].entries if entry.mark == "best"]
        equal = {entry.architecture for entry in rows[task].entries if entry.mark == "equal"}
        assert starred == list(choice.names[:1] if choice.outcome == "chosen" else ())
        assert equal == set(choice.names[1:] if choice.outcome == "chosen" else ())
        assert found.architecture in (*choice.names, None)
        assert (found.architecture is not None) == bool(starred)
    for one in advice(results):
        tasks = results.by_family[one.family]
        choice = choose(results, [task for task in tasks if task in presented(results)])
        assert all(results.the(name) in one.accurate for name in choice.names)


def test_no_star_and_no_word_best_where_nothing_is_chosen(results, told):
    if any(choose(results, [task]).outcome == "chosen" for task in presented(results)):
        return
    assert not any("★" in cell or "≈" in cell for row in scores_table(results).rows for cell in row)
    for text in told:
        assert not re.search(rf"(?:most accurate|best): ?(?:{'|'.join(NAMES)})\b", text), text


def test_where_a_baseline_wins_every_place_says_so_first(of):
    results = of(baseline_wins)
    (one,), (use,) = answers(results), advice(results)
    words = "use the trained baseline (order-free)"
    assert one.sentences[0].lower().startswith(words)
    assert find(results, "speech-like").headline.lower().startswith(words)
    assert use.accurate.startswith(words) and best(results, "speech-like").verdict.startswith(words)
    first = "Speech like: use the trained baseline (order-free), which beats every network."
    assert brief(results)[0] == lead(results)[0] == first


def test_a_task_that_contradicts_the_average_is_named_before_those_that_agree(of):
    results = of(reversal)
    (one,) = answers(results)
    text = plainly(" ".join(one.sentences), results)
    parts = ("On average over the 3 tasks", "Unlike the average: ", "lstm beats gru on Speech like and Near")
    average, odd, agreeing = (text.index(words) for words in parts)
    assert average < odd < agreeing
    assert {("simple-rnn", "lstm"), ("simple-rnn", "gru"), ("gru", "lstm")} == set(
        clauses_that_say_beaten(text[odd:agreeing])
    )


def test_tasks_that_contradict_each_other_are_named_together(of):
    (one,) = answers(of(disagreement))
    assert "The tasks disagree: LSTM beats GRU on Speech like; GRU beats LSTM on Near." in one.sentences


def test_lengths_of_a_sweep_count_as_one_task(study):
    one = study().add("adding-50", {"lstm": 0.99, "gru": 0.5, "simple-rnn": 0.3})
    one.add("adding-200", {"lstm": 0.9, "gru": 0.9, "simple-rnn": 0.3})
    results = one.results()
    (memory,) = answers(results)
    text = plainly(" ".join(memory.sentences), results)
    assert "On average over the 2 lengths, lstm beats gru by" in text
    assert "lstm beats gru on 1 of 2 lengths of Adding" in text
    assert "lstm beats simple-rnn on both lengths" in text or "lstm and gru beat simple-rnn on both lengths" in text
    assert "2 tasks" not in text


def test_no_place_says_that_one_beats_another_unless_a_comparison_shows_it(places, shown):
    for place, text in places.items():
        assert set(clauses_that_say_beaten(text)) <= shown, place


def test_no_place_calls_an_architecture_best_that_is_not_chosen(results, places):
    chosen = {name for task in results.task_names for name in _chosen(results, [task])}
    for place, text in places.items():
        starred = re.findall(rf"★ ({'|'.join(NAMES)})\b", text)
        starred += re.findall(rf"(?i)(?:most accurate|best):? ({'|'.join(NAMES)})\b", text)
        starred += re.findall(rf"({'|'.join(NAMES)}) is (?:the )?best", text)
        assert set(starred) <= chosen, place
        assert chosen or "★ recommended" not in text, place


def _chosen(results, tasks):
    choice = choose(results, tasks)
    return choice.names if choice.outcome == "chosen" else ()


def test_no_place_denies_what_another_shows_of_the_baselines(results, places):
    decided = [compare(results, task) for task in presented(results) if not compare(results, task).undecidable]
    some = any(one.ahead() for one in decided)
    for place, text in places.items():
        if not some:
            assert not re.search(rf"(?:all networks|{'|'.join(NAMES)}) beats? every baseline", text), place
        if all(one.ahead() for one in decided):
            denied = r"[Nn]o network (?:beats|is shown to beat (?!another))|[Nn]othing (?:\w+ )*is shown to beat"
            denied += "|ahead of every network|as good as every network"
            assert not re.search(denied, text), place


def test_every_place_says_the_same_sentence_about_a_task(results, places):
    for place, text in places.items():
        for sentence in lead(results) if place in ("index.html", "report.md", "terminal") else ():
            assert plainly(sentence, results) in text.replace(" : ", ": ").replace("- ", ""), place


def test_claims_are_about_the_same_pairs_and_never_the_opposite(results, shown):
    for one in judge(results):
        for winner, loser in clauses_that_say_beaten(one.sentence):
            assert (loser, winner) not in shown - {(winner, loser)}, one.sentence


def test_with_few_runs_no_interval_is_printed(of):
    results = of(two_trials_only)
    for text in sentences(results):
        assert not re.search(r"\([^()]* to [^()]*, n=[1-4]\)", text), text
    assert all("no interval, n=2" in entry.score for row in matrix(results) for entry in row.entries)


def test_an_old_folder_says_one_search_and_is_provisional(of):
    results = of(old_folder)
    (one,) = answers(results)
    assert "Provisional: one search." in one.sentences
    assert "Provisional: one search." in find(results, "speech-like").evidence
    assert best(results, "speech-like").provisional
