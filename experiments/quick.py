"""Three recurrent networks on four small tasks: speech, sentiment, prices and memory."""

from suite import Experiment

experiment = Experiment(
    tasks=["speech-like", "sentiment-like", "sp500-volatility", "adding-50"],
    architectures=["simple-rnn", "lstm", "gru"],
    search="random",
    trials=24,
    best_of=4,
    epochs=12,
    patience=4,
    seeds=1,
    weights=5_000,
    examples=1_000,
    # small and fast models, and rates at which they learn within these epochs; experiments/matrix.py searches widely
    search_space={"depth": [1], "batch_size": [32], "learning_rate": (4e-3, 2e-2)},
)
