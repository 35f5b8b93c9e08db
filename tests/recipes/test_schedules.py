"""Schedules against Keras' own and hand-computed factors."""

import numpy as np
import pytest

from suite.recipes.schedule import SCHEDULES


def rates(name, epochs=4, batches=5, losses=()):
    """The rates of all epochs for a learning rate of 1, given the validation losses of all but the last."""
    schedule, losses = SCHEDULES.get(name), [*losses, *[0.5] * epochs]
    every = [schedule.rates(1.0, epoch, batches, epochs, losses[:epoch]) for epoch in range(epochs)]
    return np.concatenate(every)


def test_constant_changes_nothing():
    assert (rates("constant") == 1).all()


def test_cosine_falls_from_the_full_rate_to_nearly_0_at_the_last_step():
    found = rates("cosine")
    assert found[[0, 5, 10]] == pytest.approx([1, (1 + np.sqrt(0.5)) / 2, 0.5])
    assert 0 < found[-1] < 0.01


@pytest.mark.training
def test_cosine_is_that_of_keras():
    import keras

    reference = keras.optimizers.schedules.CosineDecay(1.0, 20)
    assert rates("cosine") == pytest.approx([float(reference(step)) for step in range(20)], abs=1e-6)


def test_warm_up_takes_the_first_tenth_of_all_steps():
    found = rates("warm-up", epochs=4, batches=10)
    assert found[:5] == pytest.approx([0.25, 0.5, 0.75, 1, 1])
    assert (found[4:] == 1).all()
    assert rates("warm-up", epochs=1, batches=3) == pytest.approx([1, 1, 1])


def test_warm_up_with_cosine_falls_after_it():
    found = rates("warm-up-cosine", epochs=4, batches=10)
    assert found[:5] == pytest.approx([0.25, 0.5, 0.75, 1, 1])
    assert found[22] == pytest.approx(0.5)
    assert (np.diff(found[4:]) < 0).all()


def test_a_plateau_of_two_epochs_halves_the_rate_and_counts_anew():
    losses = [1.0, 0.9, 0.9, 0.95, 0.8, 0.8, 0.8, 0.8, 0.8]
    found = rates("reduce-on-plateau", epochs=10, batches=1, losses=losses)
    assert found.tolist() == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125]


@pytest.mark.training
def test_a_plateau_is_that_of_keras():
    import keras

    losses = np.random.default_rng(1).normal(size=30)
    callback = keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=2, min_delta=0)
    callback.set_model(type("Model", (), {"optimizer": keras.optimizers.SGD(1.0)}))
    callback.on_train_begin()
    expected = [1.0]
    for epoch, loss in enumerate(losses[:-1]):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        expected.append(float(callback.model.optimizer.learning_rate))
    assert rates("reduce-on-plateau", epochs=30, batches=1, losses=losses) == pytest.approx(expected)
