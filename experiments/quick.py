"""Recurrent baselines on one task of every family."""

from suite import Experiment

experiment = Experiment(
    tasks=["speech-like", "sentiment-like", "sp500-volatility", "adding-50"],
    architectures=["simple-rnn", "lstm", "gru"],
    search="random",
    trials=4,
    epochs=12,
    patience=4,
    seeds=5,
    weights=5_000,
    examples=2_000,
)
