"""What the models rely on, as the report says it: only where intervals show it, and alike in every place."""

import re

import pytest

from suite.analysis.explanations import FEATURE, INTACT, KEPT, OCCLUDED, ORDER, PERMUTED, Key, explained
from suite.report import files
from suite.report.explanations import basis, explanations, relies_on, share
from suite.report.figure_plan import sketches
from suite.report.figures import FIGURES
from suite.report.figures.style import render
from suite.results.results import load
from suite.statistics import Estimate

TASK = "adding-50"
EFFECTS = {
    Key(INTACT): 0.95, Key(OCCLUDED, 1, 2): 0.2, Key(OCCLUDED, 3, 4): 0.85, Key(PERMUTED, 1, 2): 0.1,
    Key(PERMUTED, 3, 4): 0.8, Key(KEPT, 1, 1): 0.3, Key(KEPT, 1, 2): 0.88, Key(ORDER): 0.5,
    Key(FEATURE, 1, 1): 0.9, Key(FEATURE, 2, 2): 0.1,
}  # fmt: skip


@pytest.fixture
def study(tmp_path, records):
    """Returns a function that stores a study with explanations of the final runs of every architecture."""

    def make(effects=EFFECTS, spread=0.002, seeds=5, **fields):
        folder = records.write_study(tmp_path / "quick", seeds=seeds, tasks=(TASK,))
        for name, error in (("simple-rnn", 0.15), ("lstm", 0.002), ("gru", 0.001)):
            for index in range(seeds):
                scores = {split: {"mse": error + 1e-5 * index} for split in ("validation", "test")}
                records.write(folder, records.record(TASK, name, "final", index, metrics=scores))
                records.explain(folder, f"{TASK}/{name}/final-{index:03d}", effects, spread, **fields)
        return load(folder)

    return make


class TestSentences:
    def test_they_name_steps_order_and_features_with_intervals(self, study):
        reach, order, feature = relies_on(study(), TASK)
        assert re.fullmatch(r"The last 2 of 4 steps carry 9\d % \(\d\d % to \d\d %\) of the skill of gru\.", reach)
        assert order.startswith("The order of the steps matters to it: shuffling them costs 0.4")
        assert feature.startswith("Of the 2 features, feature 2 costs most when permuted across examples: 0.8")

    def test_the_last_step_alone_is_one_step(self, study):
        said, *_ = relies_on(study(EFFECTS | {Key(KEPT, 1, 1): 0.9, Key(KEPT, 1, 2): 0.93}), TASK)
        assert said.startswith("The last of 4 steps carries 95 %")

    def test_where_earlier_steps_count_the_costliest_are_named(self, study):
        first, second, *_ = relies_on(study(EFFECTS | {Key(KEPT, 1, 2): 0.4}), TASK)
        assert first.startswith("Steps all along the sequence count: with the last 2 of 4 steps alone, gru keeps 42 %")
        assert second.startswith("Steps 1 to 2, counted back, cost most when permuted across examples: 0.8")

    def test_steps_are_counted_from_where_the_explanation_says(self, study):
        said = relies_on(study(counted="the step that is predicted"), TASK)[0]
        assert said.startswith("The last 2 of 4 steps up to the predicted one carry")
        said = relies_on(study(counted="the step that is predicted, in both directions"), TASK)[0]
        assert said.startswith("The steps up to 1 away from the predicted one carry")

    def test_order_that_is_worth_nothing_does_not_matter(self, study):
        said = relies_on(study(EFFECTS | {Key(ORDER): 0.949}), TASK)[1]
        assert said.startswith("The order of the steps does not matter to it: shuffling them costs ")

    def test_what_intervals_do_not_show_is_open(self, study):
        said = relies_on(study(EFFECTS | {Key(FEATURE, 2, 2): 0.6}, spread=0.4), TASK)
        assert said
        assert all("is open" in sentence for sentence in said)

    def test_without_skill_nothing_is_explained(self, study):
        (said,) = relies_on(study(dict.fromkeys(EFFECTS, 0.0), spread=0.1), TASK)
        assert said.startswith("What gru relies on is open: its skill on these test examples, ")

    @pytest.mark.parametrize("unknown", [float("inf"), float("-inf"), float("nan")])
    def test_a_share_of_no_skill_is_a_dash(self, unknown):
        assert share(Estimate(unknown, unknown, unknown, 1)) == "—"

    def test_they_say_how_they_were_found_and_claim_no_causes(self, study):
        said = basis(study(), TASK)
        assert said.startswith("From 5 final models with 200 of 500 test examples each. Steps are counted back from")
        assert "describes the models, not the world" in said

    def test_with_one_model_intervals_are_for_other_examples_alone(self, study):
        said = basis(study(seeds=1), TASK)
        assert said.startswith("From 1 final model with 200 of 500 test examples. ")
        assert "for other test examples alone, since there is one model" in said

    def test_without_explanations_there_are_none(self, tmp_path, records):
        results = load(records.write_study(tmp_path / "quick", tasks=(TASK,)))
        assert relies_on(results, TASK) == []
        assert basis(results, TASK) == ""
        assert not explanations(results).rows
        assert not FIGURES["explanations"].subjects(results, [TASK])

    @pytest.mark.parametrize(("ties", "are"), [(["bag"], "bag is"), (["bag", "sums"], "bag and sums are")])
    def test_order_free_networks_that_are_as_good_are_named(self, study, monkeypatch, ties, are):
        monkeypatch.setattr("suite.report.explanations.order_free", lambda *_: ties)
        said = relies_on(study(EFFECTS | {Key(ORDER): 0.949}), TASK)[1]
        assert said.endswith(f" of skill. Without knowing the order, {are} practically as good or better.")


class TestReport:
    @pytest.mark.slow
    @pytest.mark.usefixtures("undrawn")
    def test_page_and_markdown_say_the_same_and_show_the_figure(self, study, tmp_path):
        results = study()
        made = files(results, tmp_path / "report")
        page, text = (made[name].decode() for name in ("index.html", "report.md"))
        assert "What it relies on" in page
        for sentence in [*relies_on(results, TASK), basis(results, TASK)]:
            assert sentence in page
            assert sentence in text
        assert f"figures/explanations-{TASK}.svg" in made
        assert "tables/explanations.csv" in made

    @pytest.mark.slow
    @pytest.mark.usefixtures("undrawn")
    def test_an_older_folder_has_no_heading_without_content(self, tmp_path, records):
        folder = records.write_study(tmp_path / "quick", tasks=(TASK,))
        assert "What it relies on" not in files(load(folder), tmp_path / "report")["index.html"].decode()

    def test_the_table_has_a_row_for_every_change(self, study):
        table = explanations(study())
        assert len(table.rows) == len(EFFECTS) - 1
        assert table.rows[0][2:4] == ["steps occluded", "steps 1 to 2"]

    @pytest.mark.slow
    def test_the_figure_shows_values_on_hover(self, study):
        svg = render(FIGURES["explanations"].draw(study(), [TASK]))["svg"].decode()
        assert "<title>feature 2: 0.8" in svg
        assert "<title>order of steps shuffled: 0.4" in svg
        assert "<title>last 2 steps of 4 alone: 9" in svg
        assert "<title>last 1 step of 4 alone: 3" in svg
        titles = re.findall("<title>(.*?)</title>", svg)
        told = ("lost", "left", "occluded", "permuted across examples", "shuffled", "feature")
        assert not [one for one in titles if not re.search("|".join(told), one)]

    @pytest.mark.parametrize("kinds", [(FEATURE,), (OCCLUDED, PERMUTED, KEPT, ORDER)])
    def test_the_figure_has_only_the_panels_that_make_sense(self, study, kinds):
        part = {key: skill for key, skill in EFFECTS.items() if key.kind in (INTACT, *kinds)}
        drawn = FIGURES["explanations"].draw(study(part), [TASK])
        titles = [panel.get_title(loc="left") for panel in drawn.axes if panel.axison]
        assert len(titles) == (1 if kinds == (FEATURE,) else 2)

    def test_the_words_of_the_figure_are_the_sentences(self, study):
        results = study()
        assert all(one in FIGURES["explanations"].words(results, TASK) for one in relies_on(results, TASK))


@pytest.mark.slow
def test_a_figure_drawn_from_the_part_of_the_results_that_it_shows_is_about_the_same_model(study, records):
    folder = study().store.root
    records.write_experiment(folder, tasks=[TASK], trials=24, best_of=4, seeds=5)
    for name, error in (("simple-rnn", 0.15), ("lstm", 0.001), ("gru", 0.08)):  # in final runs, the gru is ahead
        for index in range(24):
            scores = {split: {"mse": error * (1 + index / 100)} for split in ("validation", "test")}
            records.write(folder, records.record(TASK, name, "trial", index, metrics=scores))
    results = load(folder)
    (sketch,) = [one for one in sketches(results) if one.kind.name == "explanations"]
    assert explained(sketch.part, TASK).architecture == explained(results, TASK).architecture == "lstm"
