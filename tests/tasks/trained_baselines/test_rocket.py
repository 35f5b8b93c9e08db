"""Rocket: the kernels, dilations and shares of positive values that Dempster, Schmidt and Webb (2021) define."""

import numpy as np
import pytest

from suite.tasks.trained_baselines import rocket


def inputs(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).normal(size=shape).astype(np.float32)


def directly(series: np.ndarray, places: tuple[int, ...], dilation: int) -> np.ndarray:
    """Convolve one series, padded with zeros, by the definition: weight by weight, position by position."""
    weights, found = [2 if place in places else -1 for place in range(9)], []
    for position in range(len(series)):
        at = [position + (place - 4) * dilation for place in range(9)]
        found.append(sum(w * series[one] for w, one in zip(weights, at, strict=True) if 0 <= one < len(series)))
    return np.array(found)


def test_there_are_84_kernels_whose_nine_weights_sum_to_zero():
    assert len(rocket.KERNELS) == len(set(rocket.KERNELS)) == 84
    assert all(len(places) == 3 and 3 * 2 - 6 * 1 == 0 for places in rocket.KERNELS)


@pytest.mark.parametrize("dilation", [1, 3])
def test_a_convolution_is_that_of_the_definition_over_the_sum_of_its_channels(dilation):
    x = inputs(2, 30, 3)
    found = rocket.convolved(x, np.array([0, 2]), (0, 3, 8), dilation)
    np.testing.assert_allclose(found[1], directly(x[1, :, 0] + x[1, :, 2], (0, 3, 8), dilation), rtol=1e-4, atol=1e-5)


def test_dilations_grow_exponentially_up_to_the_length_of_the_input():
    found, shares = rocket.dilations(150, 119)  # of GunPoint: exponents 0 to log2(149 / 8), 32 of them
    assert (found[0], found[-1], shares.sum()) == (1, 18, 119)
    assert (np.diff(found) > 0).all()
    assert rocket.dilations(5, 119)[0].tolist() == [1]


def test_features_are_shares_of_positions_above_biases_padded_in_every_other_filter():
    x = inputs(6, 40, 1)
    steps = np.full(6, 40)
    filters = rocket.fit(x, steps, 84 * 4)
    found = rocket.transform(filters, x, steps)
    assert [one.padded for one in filters[:3]] == [True, False, True]
    assert filters[84].padded is False  # of the second dilation
    place = 0
    for one in filters:
        margin = 0 if one.padded else 4 * one.dilation
        own = directly(x[2, :, 0], one.places, one.dilation)[margin : 40 - margin]
        expected = [np.mean(own > bias) for bias in one.biases]
        np.testing.assert_allclose(found[2, place : place + len(expected)], expected, atol=1 / 30)
        place += len(expected)
    assert place == found.shape[1] == 84 * 4


def test_biases_are_quantiles_of_one_training_example_at_multiples_of_the_golden_ratio():
    x = inputs(1, 40, 1)
    first = rocket.fit(x, np.array([40]), 84)[0]
    own = directly(x[0, :, 0], first.places, first.dilation)
    assert first.biases == pytest.approx(np.quantile(own, [(1 + np.sqrt(5)) / 2 % 1]), rel=1e-4)


def test_what_follows_the_valid_steps_has_no_effect():
    x, steps = inputs(4, 40, 2), np.array([40, 25, 12, 3])
    filters = rocket.fit(x, steps, 84 * 2)
    other = np.where(np.arange(40)[:, None] < steps[:, None, None], x, 100)
    np.testing.assert_array_equal(rocket.transform(filters, x, steps), rocket.transform(filters, other, steps))
    alone = rocket.transform(filters, x[1:2, :25], steps[1:2])
    np.testing.assert_allclose(rocket.transform(filters, x, steps)[1:2], alone)


def test_long_inputs_are_counted_beyond_255_steps():
    x, steps = inputs(2, 700, 1), np.full(2, 700)
    filters = rocket.fit(x, steps, 84)
    padded = next(place for place, one in enumerate(filters) if one.padded)
    own = directly(x[0, :, 0], filters[padded].places, filters[padded].dilation)
    share = rocket.transform(filters, x, steps)[0, padded]
    assert share == pytest.approx(np.mean(own > filters[padded].biases[0]), abs=0.005)
