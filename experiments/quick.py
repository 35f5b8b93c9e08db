"""Recurrent baselines on one task of every family."""

from suite import Experiment

experiment = Experiment(
    tasks=["speech-like", "sentiment-like", "sp500-volatility", "adding-50"],
    architectures=["simple-rnn", "lstm", "gru"],
    search="random",
    trials=4,
    epochs=24,
    patience=8,
    seeds=5,
    weights=5_000,
    examples=1_600,
)
