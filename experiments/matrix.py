"""Plain and gated recurrent networks on a dozen tasks of four families and the controls.

The study to run for an answer. It should fit into four hours on two free cores; `--dry-run` estimates the time here.
Its variants (`matrix_*.py`) show which verdicts depend on how sizes are matched, on how gates start, and whether
another search gives the same ones. Smaller searches need no variant: the report shows what every number of trials, up
to a third of those made, is worth.
"""

from suite import Experiment

experiment = Experiment(
    tasks=[
        "speech-like",
        "sentiment-like",
        "sentiment-distant-20",
        "sp500-volatility",
        "sp500-return",
        "adding-50",
        "adding-100",
        "recall-30",
        "temporal-order-50",
        "parity-20",
        "prices-random-walk",
        "prices-lagged",
    ],
    architectures=["simple-rnn", "lstm", "gru"],
    search="random",
    trials=24,
    best_of=4,
    epochs=40,
    patience=10,
    seeds=5,
    weights=5_000,
    examples=4_000,
    tuning_control=True,
)
