"""Built-in claims, as data only: common claims about recurrent networks, and those that follow from the tasks."""

from suite.analysis.rivals import has_rival
from suite.claims.claim import Claim
from suite.results.results import Results

LSTM, GRU, RNN, MIN_GRU = "lstm", "gru", "simple-rnn", "min-gru"
DECADE_MARGIN = 0.5
SHARE_MARGIN = 0.02
LEAKS = "leaks"

CLAIMS = (
    Claim(
        "gradients-at-start", "Gates keep gradients alive at initialisation",
        "Hochreiter and Schmidhuber 1997; Gers, Schmidhuber and Cummins 2000",
        "gradients-at-start", (LSTM, RNN), margin=DECADE_MARGIN,
    ),
    Claim(
        "gradients-learned", "Gated cells open the path of gradients in training",
        "Hochreiter and Schmidhuber 1997",
        "gradients-learned", (LSTM, GRU), tasks=("adding",), margin=DECADE_MARGIN,
    ),
    Claim(
        "stability", "Gated cells diverge less",
        "Collins, Sohl-Dickstein and Sussillo 2017",
        "divergence", (LSTM, GRU, RNN), margin=SHARE_MARGIN,
    ),
    Claim(
        "long-memory", "The LSTM beats the simple RNN at long-term dependencies",
        "Hochreiter and Schmidhuber 1997; Bai, Kolter and Koltun 2018",
        "memory", (LSTM, RNN), families=("memory",),
    ),
    Claim(
        "longer-is-harder", "The LSTM's advantage over the simple RNN grows with length",
        "Bengio, Simard and Frasconi 1994; Hochreiter and Schmidhuber 1997",
        "slope", (LSTM, RNN),
    ),
    Claim(
        "speech", "The LSTM is more accurate than the simple RNN in speech recognition",
        "Graves, Mohamed and Hinton 2013; Chung et al. 2014",
        "skill-difference", (LSTM, RNN), families=("speech",),
    ),
    Claim(
        "speech-baselines", "The LSTM beats the better baseline in speech recognition",
        "often presupposed", "lead-over-baselines", (LSTM,), families=("speech",),
    ),
    Claim(
        "sentiment", "The LSTM is more accurate than the simple RNN in sentiment analysis",
        "often repeated",
        "skill-difference", (LSTM, RNN), families=("sentiment",),
    ),
    Claim(
        "sentiment-baselines", "The LSTM beats the better baseline in sentiment analysis",
        "against bags of words compare Wang and Manning 2012",
        "lead-over-baselines", (LSTM,), families=("sentiment",),
    ),
    Claim(
        "stocks", "The LSTM is more accurate than the simple RNN in stock-market prediction",
        "often repeated",
        "skill-difference", (LSTM, RNN), families=("stocks",),
    ),
    Claim(
        "stocks-baselines", "The LSTM beats the better baseline in stock-market prediction",
        "pitfalls in Hewamalage, Ackermann and Bergmeir 2022",
        "lead-over-baselines", (LSTM,), families=("stocks",),
    ),
    Claim("tuning", "Tuning the hyperparameters matters", "Greff et al. 2017", "tuning"),
    Claim(
        "gru-successor", "The GRU is no worse than the LSTM and learns in fewer steps",
        "Cho et al. 2014; Jozefowicz, Zaremba and Sutskever 2015",
        "no-worse-and-cheaper", (GRU, LSTM),
    ),
)  # fmt: skip


def capacities(results: Results) -> list[Claim]:
    """Return the claim that equal numbers of weights give the same skill, if some task has its own number of weights.

    It takes no part in the hash of what was fixed, because its differences are those of the pairs on every task.
    """
    swept = any((budget := facts.budget) and budget.option == "weights" for facts in results.tasks.values())
    claim = Claim(
        "capacity", "Equal numbers of weights give the simple RNN, the LSTM and the GRU the same skill",
        "Collins, Sohl-Dickstein and Sussillo 2017, on capacity per weight",
        "equal-per-weight", (RNN, LSTM, GRU),
    )  # fmt: skip
    return [claim] if swept else []


def parallels(results: Results) -> list[Claim]:
    """Return the claim that a parallel recurrence is cheaper on long sequences, if it ran on a sweep over lengths.

    It takes no part in the hash of what was fixed, so that older folders keep theirs.
    """
    claim = Claim(
        "parallel-cheaper", "On long sequences, the minGRU is no worse than the GRU and needs less CPU time",
        "Feng et al. 2024, who measured on a GPU", "cheaper-when-longer", (MIN_GRU, GRU),
    )  # fmt: skip
    swept = any(len(members) > 1 for members in results.over_length(results.task_names).values())
    return [claim] if swept and {MIN_GRU, GRU} <= set(results.architectures) else []


def worths(results: Results) -> list[Claim]:
    """Return one claim per task with a rival, that a network is worth its cost; leave out demonstrations of leaks."""
    return [
        Claim(
            worth_id(task), f"A network is worth its cost on {results.title(task)}",
            "what to ask first; Grinsztajn, Oyallon and Varoquaux 2022 ask it of tables",
            "worth-a-network", tasks=(task,),
        )
        for task in results.task_names
        if results.family(task) != LEAKS and has_rival(results, task)
    ]  # fmt: skip


def worth_id(task: str) -> str:
    """Return the id of the claim that a network is worth its cost on a task."""
    return f"worth-a-network-{task}"


def predictions(results: Results) -> list[Claim]:
    """Return one claim per task, that something can be predicted on it; leave out demonstrations of leaks."""
    return [
        Claim(
            f"predictable-{task}", f"Something can be predicted on {results.title(task)}",
            "what every other claim about it presupposes",
            "predictable", tasks=(task,),
        )
        for task in results.task_names
        if results.family(task) != LEAKS
    ]  # fmt: skip
