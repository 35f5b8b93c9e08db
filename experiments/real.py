"""Plain and gated recurrent networks on real speech, text, prices and digits, each tested on six splits of its data.

Verdicts hold for other speakers, sentences and days like those tested. One task, japanese-vowels, has one test split,
the official one. The option --dry-run estimates the time on a machine, and --hours limits it.
"""

from suite import Experiment

experiment = Experiment(
    tasks=[
        "spoken-digits",
        "japanese-vowels",
        "sentence-polarity",
        "movie-reviews",
        "sp500-volatility",
        "sp500-return",
        "stock-panel-volatility",
        "digits-sequential",
    ],
    architectures=["simple-rnn", "lstm", "gru"],
    search="random",
    trials=24,
    best_of=4,
    folds=6,
    epochs=24,
    patience=5,
    seeds=6,
    weights=5_000,
)
