"""A small study with something to draw in most figures."""

from suite import Experiment

experiment = Experiment(
    tasks=["speech-like", "japanese-vowels", "adding-10", "adding-20", "adding-40"],
    architectures=["simple-rnn", "lstm", "gru"],
    trials=8,
    best_of=2,
    epochs=8,
    patience=4,
    seeds=3,
    weights=1_500,
    examples=300,
    search_space={"depth": [1], "batch_size": [32], "learning_rate": (4e-3, 3e-2)},
)
