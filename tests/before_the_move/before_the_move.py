"""Made with version 0.1.0, before modules moved into rooms: two small tasks, a search, finals, controls."""

from pathlib import Path

from suite import Experiment, texts_from_csv

tickets = texts_from_csv(
    "tickets", Path(__file__).with_name("tickets.csv"), text="message", label="team", family="mine"
)

experiment = Experiment(
    tasks=["tickets", "adding-10"],
    architectures=["simple-rnn", "gru"],
    search="random",
    trials=2,
    epochs=2,
    seeds=2,
    weights=100,
    examples=64,
    tuning_control=True,
)
