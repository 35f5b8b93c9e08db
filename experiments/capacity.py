"""Whether equal numbers of weights give plain and gated recurrent networks the same skill: a sweep over weights."""

from suite import Experiment

experiment = Experiment(
    tasks=["adding-50", "recall-10"],
    architectures=["simple-rnn", "lstm", "gru"],
    weights=[1_000, 4_000, 16_000],
    trials=24,
    best_of=4,
    epochs=30,
    patience=6,
    seeds=5,
    examples=2_000,
)
