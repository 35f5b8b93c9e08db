"""Known results: what was published or measured before, and what would agree with it here."""

from dataclasses import dataclass

from suite.analysis.replicates import TRAINED, TRIVIAL

NEWER = "newer architectures"  # the part that is no variant, because it has other architectures
MORE, NO_MORE = "beats", "does not beat"


@dataclass(frozen=True)
class Known:
    """A known result about some tasks: (first, MORE or NO_MORE, second) says what agrees with it, pair by pair.

    `second` is an architecture or a baseline. `variant`: the part of the study that tests it; "" for the main part.
    """

    what: str
    source: str
    tasks: tuple[str, ...]
    expected: tuple[tuple[str, str, str], ...]
    variant: str = ""


RNN, LSTM, GRU = "simple-rnn", "lstm", "gru"
TRIO = (RNN, LSTM, GRU)


def _all(relation: str, other: str, names: tuple[str, ...] = TRIO) -> tuple[tuple[str, str, str], ...]:
    return tuple((name, relation, other) for name in names)


KNOWN = (
    Known(
        "Gated units are clearly better than the simple RNN on speech; LSTM against GRU is inconclusive",
        "Chung et al. 2014",
        ("spoken-digits",),
        ((LSTM, MORE, RNN), (GRU, MORE, RNN), (LSTM, NO_MORE, GRU), (GRU, NO_MORE, LSTM)),
    ),
    Known(
        "A linear model on features without order (0.963) is ahead of LSTM (0.92) and GRU (0.935)",
        "measured before this study",
        ("japanese-vowels",),
        _all(NO_MORE, TRAINED),
    ),
    Known(
        "Bags of words are hard to beat on short reviews (rt-polarity: convolutional networks 76.1 to 81.5)",
        "Wang and Manning 2012; Kim 2014",
        ("sentence-polarity",),
        _all(NO_MORE, TRAINED),
    ),
    Known(
        "Next-day returns cannot be predicted",
        "Hewamalage, Ackermann and Bergmeir 2022; nothing beat zero before (p 0.71)",
        ("sp500-return", "prices-random-walk"),
        _all(NO_MORE, TRIVIAL),
    ),
    Known(
        "A network finds a nonlinear dependence 20 days back, where a linear model sees little (0.77, floor 0.64)",
        "measured before this study: networks 0.68 to 0.73",
        ("prices-lagged",),
        _all(MORE, TRAINED, (LSTM, GRU)),
    ),
    Known(
        "The gated cells solve adding sooner than the simple RNN",
        "Hochreiter and Schmidhuber 1997; Bai, Kolter and Koltun 2018 (T=600: GRU 5e-5, LSTM 0.164, RNN 0.177)",
        ("adding-50", "adding-100", "adding-200"),
        ((LSTM, MORE, RNN), (GRU, MORE, RNN)),
    ),
    Known(
        "At length 100 the simple RNN recalls the first symbol where gated cells with usual starts stay at chance",
        "measured before this study: 1.000 against 0.515 and 0.493",
        ("recall-100",),
        ((RNN, MORE, LSTM), (RNN, MORE, GRU)),
        "usual starts",
    ),
    Known(
        "Given enough updates, all three learn the running parity",
        "measured before this study: 2,500 updates for the simple RNN, 4 epochs for the gated cells",
        ("parity-20",),
        _all(MORE, TRIVIAL),
        "80 epochs",
    ),
    Known(
        "Simple RNN, LSTM and GRU keep track of permutations of three",
        "Merrill et al. 2024",
        ("state-tracking-s3-16",),
        _all(MORE, TRIVIAL),
        "80 epochs",
    ),
    Known(
        "A parallel recurrence (minGRU) and a transformer track states worse than the GRU",
        "Merrill et al. 2024; Grazzi et al. 2024",
        ("state-tracking-s3-16",),
        ((GRU, MORE, "min-gru"), (GRU, MORE, "transformer")),
        NEWER,
    ),
)
