"""Ask and tell: architectures share configurations, random draws are independent, and a failure is never a score."""

import math
import os

import pytest

from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.tasks.data import Signature

pytestmark = pytest.mark.training

SHARED = ("learning_rate", "batch_size", "depth", "dropout")
SIGNATURE = Signature(50, 2, None, 1, False, "regression", False)


@pytest.fixture
def search():
    """Makes the search of adding-50 with an architecture."""
    from suite import backend

    backend.start(1)
    from suite.runner.summarise import search_of

    def make(architecture="lstm", task="adding-50", **fields):
        if fields.get("search") == "tpe":
            pytest.importorskip("optuna")
        experiment = Experiment(tasks=[task], architectures=[architecture], **fields)
        return search_of(experiment, experiment.cells[0], SIGNATURE)

    return make


@pytest.mark.usefixtures("rough")
@pytest.mark.parametrize("kind", ["random", "bayesian", "tpe"])
class TestEveryOracle:
    def test_values_lie_in_the_space(self, search, kind):
        lstm = search(search=kind)
        for index in range(1, 8):
            values = lstm.ask(index)
            lstm.tell(index, values, 1 / index)
            assert 1e-4 <= values["learning_rate"] <= 3e-2 * (1 + 1e-12)
            assert values["batch_size"] in (32, 64, 128)
            assert values["depth"] in (1, 2)
            assert 0 <= values["dropout"] <= 0.5
            assert values["gate_bias"] in ("0", "1", "chrono")

    def test_the_first_shared_values_are_the_same_for_every_architecture(self, search, kind):
        first = 4
        proposals = []
        for name in ("simple-rnn", "lstm", "gru"):
            one = search(name, search=kind)
            proposals.append([{key: one.ask(index)[key] for key in SHARED} for index in range(first)])
        assert proposals[0] == proposals[1] == proposals[2]

    def test_another_search_seed_gives_another_search(self, search, kind):
        assert search(search=kind).ask(1) != search(search=kind, search_seed=2).ask(1)

    def test_failures_in_a_row_do_not_end_the_search(self, search, kind):
        lstm = search(search=kind)
        for index in range(8):
            lstm.tell(index, lstm.ask(index), [None, math.nan, math.inf, -math.inf][index % 4])
        assert lstm.ask(8)["learning_rate"] > 0

    def test_a_search_continues_from_its_scores_alone(self, search, kind):
        whole, told = search(search=kind, trials=9), []
        for index in range(7):
            values = whole.ask(index)
            whole.tell(index, values, [None, 0.3, 0.1, 0.2][index % 4])
            told.append((index, values, [None, 0.3, 0.1, 0.2][index % 4]))
        continued = search(search=kind, trials=9)
        for one in told:
            continued.tell(*one)
        assert continued.ask(7) == whole.ask(7)

    @pytest.mark.parametrize(
        ("values", "named"),
        [({"gate_bias": None, "forget_bias": "1"}, "forget_bias, gate_bias"), ({"depth": None}, "depth"),
         ({"learning_rate": 0.5}, "learning_rate"), ({"gate_bias": "2"}, "gate_bias")],
    )  # fmt: skip
    def test_a_configuration_of_another_space_never_falls_back_to_defaults(self, search, kind, values, named):
        lstm = search(search=kind)
        changed = {name: value for name, value in (lstm.default | values).items() if value is not None}
        with pytest.raises(ValueError, match=f"trial 3 has a configuration of another space: {named}$"):
            lstm.tell(3, changed, 0.1)


DEFAULT = {"learning_rate": 3e-3, "batch_size": 64, "gate_bias": "1", "depth": 1, "dropout": 0.0}
# a space of two configurations
TWO = {"learning_rate": [1e-3], "batch_size": [64], "depth": [1], "dropout": [0.0], "gate_bias": ["0", "1"]}


@pytest.mark.parametrize("kind", ["bayesian", "tpe", "hyperband"])
class TestDependent:
    def test_trial_0_is_the_default_of_the_space(self, search, kind):
        assert search(search=kind).ask(0) == DEFAULT

    def test_an_exhausted_space_repeats_configurations(self, search, kind):
        lstm = search(search=kind, search_space=TWO)
        proposals = []
        for index in range(6):
            proposals.append(lstm.ask(index)["gate_bias"])
            lstm.tell(index, lstm.default | {"gate_bias": proposals[-1]}, 0.1)
        assert sorted(proposals[:2]) == ["0", "1"]
        assert set(proposals) == {"0", "1"}

    def test_a_configuration_is_not_proposed_twice(self, search, kind):
        lstm = search(search=kind)
        proposals = []
        for index in range(9):
            values = lstm.ask(index)
            lstm.tell(index, values, 0.1)
            proposals.append(tuple(values.items()))
        assert len(set(proposals)) == 9


class TestIndependent:
    """Random search."""

    def test_trial_0_is_a_draw_like_the_others(self, search):
        assert search().default == DEFAULT
        first = [search(search_seed=seed).ask(0) for seed in range(1, 6)]
        assert DEFAULT not in first
        assert len({values["learning_rate"] for values in first}) == 5

    def test_a_draw_depends_on_no_other_trial(self, search):
        undisturbed, continued = search(search_space=TWO), search(search_space=TWO)
        expected = [undisturbed.ask(index) for index in range(6)]
        for index in (4, 1, 3, 0, 5, 2):
            assert continued.ask(index) == search(search_space=TWO).ask(index) == expected[index]
            continued.tell(index, expected[index], None if index % 2 else index)

    def test_a_finite_space_is_drawn_with_replacement(self, search):
        pairs = [[search(search_space=TWO, search_seed=seed).ask(index) for index in (0, 1)] for seed in range(1, 41)]
        repeated = sum(first == second for first, second in pairs)
        assert 10 <= repeated <= 30  # 20 are expected, with a deviation of 3.2

    def test_every_shared_value_is_the_same_for_every_architecture_even_in_a_small_space(self, search):
        small = {"learning_rate": [1e-3, 1e-2], "batch_size": [32], "depth": [1, 2], "dropout": [0.0]}
        rnn, lstm = search("simple-rnn", search_space=small), search("lstm", search_space=small)
        for index in range(12):
            one, other = rnn.ask(index), lstm.ask(index)
            assert {key: one[key] for key in SHARED} == {key: other[key] for key in SHARED}


def distance(values):
    """How far the learning rate is from 0.001, in decades."""
    return abs(math.log10(values["learning_rate"]) + 3)


@pytest.fixture
def proposed(search):
    """What an adaptive search proposes after random trials with these scores."""

    def make(kind, score, count=14, **fields):
        drawn, adaptive = search(**fields), search(search=kind, trials=12, **fields)
        for index in range(count):
            values = drawn.ask(index)
            adaptive.tell(index, values, score(index, values))
        return adaptive.ask(count)

    return make


@pytest.mark.parametrize("kind", ["bayesian", "tpe"])
class TestAdaptive:
    def test_it_moves_towards_lower_scores_if_they_are_better(self, proposed, kind):
        assert distance(proposed(kind, lambda index, values: distance(values))) < 0.6

    def test_it_moves_towards_higher_scores_if_they_are_better(self, proposed, kind):
        assert distance(proposed(kind, lambda index, values: 1 - distance(values), task="recall-10")) < 0.6

    def test_all_scores_that_are_not_finite_count_alike(self, proposed, rough, kind):
        def propose(bad):
            return proposed(kind, lambda index, values: bad if index == 5 else distance(values), count=7)

        assert propose(-math.inf) == propose(math.inf) == propose(math.nan) == propose(None)


@pytest.mark.parametrize("kind", ["bayesian", "tpe"])
def test_proposals_are_made_while_other_trials_still_run(search, rough, kind):
    lstm = search(search=kind, trials=4)
    for index in range(6):
        lstm.tell(index, lstm.ask(index), float(index))
    running = [lstm.ask(index) for index in range(6, 9)]
    assert len({tuple(values.items()) for values in running}) == 3


class TestOwnSpace:
    def test_a_list_and_a_range_narrow_what_is_searched(self, search):
        narrow = {"learning_rate": (1e-4, 1e-3), "batch_size": [32, 64], "gate_bias": ["chrono"], "dropout": (0.1, 0.3)}
        lstm = search(search_space=narrow)
        proposals = [lstm.ask(index) for index in range(12)]
        assert all(1e-4 <= values["learning_rate"] <= 1e-3 * (1 + 1e-9) for values in proposals)
        assert {values["batch_size"] for values in proposals} == {32, 64}
        assert {values["gate_bias"] for values in proposals} == {"chrono"}
        assert {round(values["dropout"], 9) for values in proposals} == {0.1, 0.2, 0.3}

    def test_a_default_outside_is_replaced_by_the_nearest_value(self, search):
        lstm = search(search_space={"learning_rate": (1e-4, 1e-3), "batch_size": [32, 128], "gate_bias": ["chrono"]})
        assert lstm.default | {"depth": 1, "dropout": 0.0} == {
            "learning_rate": 1e-3, "batch_size": 32, "gate_bias": "chrono", "depth": 1, "dropout": 0.0,
        }  # fmt: skip

    def test_names_that_only_other_architectures_have_are_ignored(self, search):
        assert "gate_bias" not in search("simple-rnn", search_space={"gate_bias": ["chrono"]}).ask(0)

    def test_the_width_can_be_searched(self, search):
        lstm = search(match="units", search_space={"units": [16, 64]})
        assert lstm.default["units"] == 16
        assert {lstm.ask(index)["units"] for index in range(1, 12)} == {16, 64}

    @pytest.mark.parametrize(
        ("wide", "values"),
        [({"batch_size": [8, 48]}, {8, 48}), ({"depth": (1, 3)}, {1, 2, 3}), ({"dropout": [0.6]}, {0.6}),
         ({"dropout": (0.5, 0.7)}, {0.5, 0.6, 0.7})],
    )  # fmt: skip
    def test_what_all_share_may_be_widened(self, search, wide, values):
        (name,) = wide
        lstm = search(search_space=wide)
        assert {lstm.ask(index)[name] for index in range(24)} == values

    def test_a_wider_range_of_learning_rates_is_drawn_from(self, search):
        lstm = search(search_space={"learning_rate": (1e-3, 1e-1)})
        assert max(lstm.ask(index)["learning_rate"] for index in range(24)) > 0.03

    @pytest.mark.parametrize(
        ("narrow", "fault"),
        [({"learning_rate": (1e-4, 2.0)},
          "search_space of 'learning_rate': 2.0 is not allowed; lstm has 0.0001 to 0.03"),
         ({"gate_bias": ["2"]}, "search_space of 'gate_bias': '2' is not allowed; lstm has '0', '1', 'chrono'"),
         ({"gate_bias": (0, 1)}, "search_space of 'gate_bias': no value is within"),
         ({"batch_size": [0]}, "search_space of 'batch_size': 0 is not allowed; lstm has 32, 64, 128"),
         ({"depth": [1.5]}, "search_space of 'depth': 1.5 is not allowed"),
         ({"units": [0]}, "search_space of 'units': 0 is not allowed; lstm has 16, 32, 64, 128")],
    )  # fmt: skip
    def test_a_value_outside_is_refused_in_one_line_with_the_allowed_values(self, search, narrow, fault):
        with pytest.raises(RequestError, match=fault):
            search(search_space=narrow)


class TestSpaceSummaries:
    @pytest.fixture
    def summarised(self):
        from suite.runner.summarise import summarise

        def make(way="together", **fields):
            experiment = Experiment(**({"tasks": ["adding-50"], "architectures": ["simple-rnn", "lstm"]} | fields))
            found = summarise(experiment, experiment.cells, SIGNATURE, way)
            return {name.rpartition("/")[2]: one for name, one in found.items()}

        return make

    def test_it_has_the_default_and_a_configuration_for_every_trial(self, summarised):
        lstm = summarised(trials=5)["lstm"]
        assert len(lstm.drawn) == 5
        assert lstm.default == DEFAULT
        assert lstm.default not in lstm.drawn
        assert lstm.given is None

    def test_dependent_trials_begin_with_the_default(self, summarised):
        lstm = summarised(trials=5, search="hyperband")["lstm"]
        assert lstm.drawn[0] == lstm.default

    def test_an_adaptive_search_draws_nothing_ahead(self, summarised):
        assert summarised(search="bayesian")["lstm"].drawn == []

    def test_a_name_that_no_architecture_has_is_refused_in_one_line_with_all_names(self, summarised):
        names = "batch_size, depth, dropout, embedding_width, gate_bias, learning_rate, recurrent_start, units"
        with pytest.raises(RequestError, match="search_space names 'rate', which no .* has; available: .*") as refused:
            summarised(search_space={"rate": [1]})
        assert {*names.split(", "), "optimizer"} <= {*str(refused.value).rpartition(": ")[2].split(", ")}
        with pytest.raises(RequestError, match=f"hyperparameters names 'rate', which no .* has; available: {names}"):
            summarised(hyperparameters={"rate": 1})

    def test_a_given_configuration_is_completed_with_defaults(self, summarised):
        found = summarised(hyperparameters={"lstm": {"gate_bias": "chrono", "units": 7}})
        assert found["simple-rnn"].given is None
        assert found["lstm"].given == found["lstm"].default | {"gate_bias": "chrono", "units": 7}

    @pytest.mark.parametrize("given", [{"depth": 3}, {"units": 0}, {"units": 2.0}, {"gate_bias": 1}])
    def test_a_given_value_outside_is_reported_in_one_line(self, summarised, given):
        (name,) = given
        with pytest.raises(RequestError, match=f"hyperparameters: {name} .*(not allowed|must be)"):
            summarised(hyperparameters=given)

    def test_an_architecture_that_cannot_be_built_hides_no_other(self, summarised):
        from suite.architectures.architecture import architecture

        @architecture("broken")
        def broken(hp, x, *, units, per_step):
            """Raises."""
            raise OSError("no such layer")

        found = summarised(architectures=["broken", "lstm"], trials=3)
        assert len(found["broken"].drawn) == len(found["lstm"].drawn) == 3
        assert found["broken"].default == {"learning_rate": 3e-3, "batch_size": 64}

    def test_one_that_kills_its_worker_is_not_built_and_the_others_accept_every_name(self, summarised):
        from suite.architectures.architecture import architecture

        @architecture("deadly")
        def deadly(hp, x, *, units, per_step):
            """Ends the process."""
            os._exit(7)

        found = summarised("unbuilt", architectures=["deadly"], trials=3, search_space={"own": [1]})
        assert found["deadly"].drawn == [{"learning_rate": 3e-3, "batch_size": 64}] * 3
        assert "own" not in summarised("alone", architectures=["lstm"], search_space={"own": [1]})["lstm"].default


def test_a_model_is_not_built_from_a_configuration_with_a_renamed_hyperparameter(search):
    from suite.architectures import model

    lstm = search()
    cell = Experiment(["adding-50"], ["lstm"]).cells[0]
    renamed = {name: value for name, value in lstm.default.items() if name != "gate_bias"} | {"forget_bias": "0"}
    with pytest.raises(ValueError, match="missing gate_bias; unused forget_bias"):
        model.fresh(cell.architecture, SIGNATURE, renamed | {"units": 3}, seed=1)
