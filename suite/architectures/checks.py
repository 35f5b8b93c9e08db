"""Checks: the rules that an architecture must follow: shapes, padding, causality, weights, storage and seeds."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from suite import backend
from suite.architectures.architecture import ARCHITECTURES, Architecture
from suite.files.unfinished import temporary_folder
from suite.tasks.checks.finding import Finding, applied, rule_name
from suite.tasks.data import Signature

LENGTH, FEATURES, UNITS = 12, 8, 6
VALID = 8
LENGTHS = (12, 40)  # to which the valid steps are padded
BUDGET = 10_000
ONCE = Signature(LENGTH, FEATURES, None, 2, True, "regression", False)
AT_EVERY_STEP = replace(ONCE, per_step=True)
USES = {"one prediction per sequence": ONCE, "one prediction per step": AT_EVERY_STEP}
SAME = 1e-5
SAME_IN_HALF = {"float16": 4e-3, "bfloat16": 3e-2}  # four times the spacing of numbers near 1


def shapes_fit(architecture: Architecture) -> Iterator[Finding]:
    """Features have the shape (batch, features), or (batch, time, features) for one prediction per step."""
    for use, signature in _uses(architecture):
        found = _network(architecture, signature).output_shape
        wanted = (None, *[LENGTH] * signature.per_step, signature.outputs)
        if found != wanted:
            shape = "(batch, time, features)" if signature.per_step else "(batch, features)"
            yield Finding(f"{use} needs features of shape {shape}; the head turned them into {found}")


def padding_changes_nothing(architecture: Architecture) -> Iterator[Finding]:
    """Outputs at valid steps do not depend on the content of padded steps."""
    tokens = np.tile(np.arange(1, LENGTH + 1, dtype="int32"), (2, 1))
    tokens[:, VALID:] = 0
    for use, signature in _uses(architecture):
        network = _network(architecture, replace(signature, features=None, vocabulary=LENGTH + 1))
        before = np.array(network(tokens))
        vectors = network.get_layer("embedding_of_tokens").embeddings
        vectors.assign(np.concatenate([np.full((1, vectors.shape[1]), 3.0), vectors.numpy()[1:]]))
        steps = VALID if signature.per_step else None
        if not _same(before[:, :steps], np.array(network(tokens))[:, :steps]):
            yield Finding(f"{use}: the outputs depend on the content of padded steps; pass on the mask of x, or use it")


def padding_may_have_any_length(architecture: Architecture) -> Iterator[Finding]:
    """Outputs at valid steps do not depend on how many padded steps follow them."""
    for use, signature in _uses(architecture):
        network = _network(architecture, signature)
        try:
            before = _padded_to(network, VALID, signature.per_step)
        except Exception:  # a model that cannot be copied cannot be stored either, as `it_can_be_stored` says
            continue
        for length in LENGTHS:
            if not _same(before, after := _padded_to(network, length, signature.per_step)):
                off = float(np.abs(after - before).max())
                yield Finding(
                    f"{use}: {VALID} steps padded to {length} give other outputs than unpadded (by up to {off:.2g}); "
                    "leave padded steps out of sums, means and attention"
                )
                break


def _padded_to(network: Any, length: int, per_step: bool) -> np.ndarray:
    """Return a network's outputs for `VALID` steps that are padded to a length; without those at padded steps."""
    from suite.architectures.masking import PADDING
    from suite.architectures.portable import at_length

    x = np.full((2, length, FEATURES), PADDING, "float32")
    x[:, :VALID] = _inputs()[:, :VALID]
    found = np.array(at_length(network, length)(x))
    return found[:, :VALID] if per_step else found


def the_future_is_unseen(architecture: Architecture) -> Iterator[Finding]:
    """The output at a step does not depend on later steps, unless causal=False is declared."""
    if not architecture.causal:
        return
    network = _network(architecture, AT_EVERY_STEP)
    x = _inputs()
    before = np.array(network(x))
    for step in range(1, LENGTH):
        later = x.copy()
        later[:, step:] += 1
        if not _same(before[:, :step], np.array(network(later))[:, :step]):
            yield Finding(f"the output at step {step - 1} depends on step {step}; declare causal=False if it may")
            return


def weights_meet_the_budget(architecture: Architecture) -> Iterator[Finding]:
    """The number of weights grows with the units, and some width comes close to a budget."""
    from suite.architectures import model, width

    for use, signature in _uses(architecture):
        values = model.space(architecture, signature).values
        count = width.counter(architecture, signature, values)
        counts = {units: count(units) for units in (1, 2, 4, 8, 16, 32)}
        if sorted(set(counts.values())) != list(counts.values()):
            listed = ", ".join(f"{weights} at {units}" for units, weights in counts.items())
            yield Finding(f"{use}: the weights do not grow with the units: {listed}")
            continue
        units = width.width(architecture, signature, values, BUDGET)
        nearest = count(units)
        if abs(nearest - BUDGET) > width.WEIGHT_TOLERANCE * BUDGET:
            yield Finding(f"{use}: no width comes near {BUDGET} weights; the nearest has {nearest}, with {units} units")


def it_can_be_stored(architecture: Architecture) -> Iterator[Finding]:
    """A model gives the same outputs after being saved and then loaded in Keras' safe mode."""
    from suite.architectures.portable import loaded, portable, unstorable

    for use, signature in _uses(architecture):
        network = _network(architecture, signature)
        try:
            with temporary_folder() as folder:
                path = folder / "model.keras"
                portable(network, np.zeros(2), np.ones(2)).save(path)
                copy = loaded(path)
        except Exception as error:  # Keras may raise anything for a user's layer
            yield Finding(f"no model can be saved: {unstorable(error)}")
            return
        if not _same(np.array(network(_inputs())), np.array(copy(_inputs()))):
            yield Finding(f"{use}: the outputs change when the model is saved and loaded")


def the_seed_decides_the_weights(architecture: Architecture) -> Iterator[Finding]:
    """The same seed draws the same weights, and another seed draws different ones."""
    for use, signature in _uses(architecture):
        first, again, other = (_network(architecture, signature, seed).get_weights() for seed in (1, 1, 2))
        if not all(map(np.array_equal, first, again)):
            yield Finding(f"{use}: the same seed drew different weights; draw with Keras' initializers only")
        elif all(map(np.array_equal, first[:-2], other[:-2])):
            yield Finding(f"{use}: another seed drew the same weights; do not give initializers a fixed seed")


RULES = (
    shapes_fit,
    padding_changes_nothing,
    padding_may_have_any_length,
    the_future_is_unseen,
    weights_meet_the_budget,
    it_can_be_stored,
    the_seed_decides_the_weights,
)


# flag of a record -> the rules whose breach it names
FLAGS = {
    "padding-matters": (padding_changes_nothing, padding_may_have_any_length),
    "future-seen": (the_future_is_unseen,),
    "not-storable": (it_can_be_stored,),
}


def concerns(architecture: Architecture, masked: bool, causal: bool) -> dict[str, str]:
    """Return flag -> finding for the rules that concern a task's data, for an architecture that is not built in.

    Padding matters if some steps are padded, the future if every step has a target, and storing always. The suite's
    own tests check built-in architectures. Rules that raise an error are left out: the runs will raise it and record
    the message.
    """
    if ARCHITECTURES.origin(architecture) == "suite":
        return {}
    apply = {"padding-matters": masked, "future-seen": causal, "not-storable": True}
    found = {}
    for flag, rules in FLAGS.items():
        findings = [one for rule in rules for one in _broken(rule, architecture)] if apply[flag] else []
        if findings:
            found[flag] = findings[0].what
    return found


def _broken(rule: Any, architecture: Architecture) -> list[Finding]:
    try:
        return [*rule(architecture)]
    except Exception:  # a user's architecture may raise anything
        return []


def check_architecture(architecture: Architecture) -> list[Finding]:
    """Return the rules that an architecture breaks; the list is empty if it breaks none.

    If the model cannot be built, or its outputs have the wrong shape, the other rules are not checked.
    """
    backend.start(1)
    found: list[Finding] = []
    for rule in RULES:
        found += [replace(finding, rule=rule_name(rule)) for finding in applied(rule, architecture)]
        if found and rule is shapes_fit:
            break
    return found


def _uses(architecture: Architecture) -> list[tuple[str, Signature]]:
    """Return the uses (descriptions and signatures) that the architecture is declared to support."""
    return [(use, signature) for use, signature in USES.items() if not architecture.does_not_apply(signature.per_step)]


def _network(architecture: Architecture, signature: Signature, seed: int = 1) -> Any:
    """Build a small model with the default configuration."""
    from suite.architectures import model

    values = model.space(architecture, signature).values | {"units": UNITS}
    return model.fresh(architecture, signature, values, seed)


def _inputs() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(2, LENGTH, FEATURES)).astype("float32")


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    import keras

    tolerance = SAME_IN_HALF.get(keras.config.dtype_policy().compute_dtype, SAME)
    return np.allclose(one, other, rtol=tolerance, atol=tolerance)
