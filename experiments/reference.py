"""The reference study: recurrent networks on real speech, text, prices and digits, and on tasks of one ability each.

Eight real tasks with six test splits each (japanese-vowels has the official one), two sweeps of lengths, associative
recall, state tracking and parity, and both price controls. The option --dry-run estimates the time on a machine. The
variants (`reference_*.py`) show which verdicts depend on how sizes are matched, on how gates start, on the budget, and
on the luck of the search; `reference_newer.py` adds newer architectures.
"""

from suite import Experiment

experiment = Experiment(
    tasks=[
        # the cheaper tasks, which the variants have, too
        *("spoken-digits", "japanese-vowels", "sp500-volatility", "digits-sequential"),
        *("adding-50", "recall-30", "recall-100", "associative-recall-16", "state-tracking-s3-16", "prices-lagged"),
        # all others
        *("sentence-polarity", "sp500-return", "stock-panel-volatility", "mnist-rows-10k"),
        *("adding-100", "adding-200", "recall-10", "parity-20", "prices-random-walk"),
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
