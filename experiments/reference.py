"""The reference study: recurrent networks on real speech, text, prices and digits, and on tasks of one ability each.

Eight real tasks with six test splits each (japanese-vowels has the official one), two sweeps of lengths, associative
recall, state tracking and parity, and both price controls. The option --dry-run estimates the time on a machine. The
variants (`reference_*.py`) show which verdicts depend on how sizes are matched, on how gates start, on the budget, and
on the luck of the search. They have one final run per cell, because verdicts rest on the trials. `reference_newer.py`
adds newer architectures.
"""

from suite import Experiment

experiment = Experiment(
    tasks=[
        # the cheaper tasks of every kind but text, which the variants have, too
        *("japanese-vowels", "digits-sequential", "sp500-return", "prices-lagged"),
        *("recall-10", "recall-30", "recall-100", "associative-recall-16", "state-tracking-s3-16", "parity-20"),
        # all others
        *("spoken-digits", "sentence-polarity", "sp500-volatility", "stock-panel-volatility", "mnist-rows-10k"),
        *("prices-random-walk", "adding-50", "adding-100", "adding-200"),
    ],
    architectures=["simple-rnn", "lstm", "gru"],
    search="random",
    trials=24,
    best_of=4,
    folds=6,
    epochs=24,
    patience=8,
    seeds=3,
    weights=5_000,
    tuning_control=True,
)
