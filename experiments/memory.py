"""How far back plain and gated recurrent networks remember: four sweeps of lengths."""

from suite import Experiment

experiment = Experiment(
    tasks=[
        *("recall-10", "recall-30", "recall-100"),
        *("adding-50", "adding-100", "adding-200"),
        *("temporal-order-50", "temporal-order-100", "temporal-order-200"),
        *("copy-10", "copy-50", "copy-200"),
    ],
    architectures=["simple-rnn", "lstm", "gru"],
    trials=24,
    best_of=4,
    epochs=30,
    patience=6,
    seeds=5,
    weights=5_000,
    examples=2_000,
)
