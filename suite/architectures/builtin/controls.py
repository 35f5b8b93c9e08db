"""Controls that a good architecture must beat: without order, without a forget gate, without gates."""

from functools import partial
from typing import Any

from suite.architectures.architecture import architecture
from suite.architectures.builtin.recurrent import stack


@architecture("bag", title="order-free network", order_free=True)
def bag(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Mean over the valid steps, then one dense layer: blind to order.

    The mean is over the steps so far if every step has a target.
    """
    import keras

    from suite.architectures.layers import SequenceDropout
    from suite.architectures.masking import mean_so_far

    rate = hp.Float("dropout", 0.0, 0.5, step=0.1, default=0.0)
    mean = mean_so_far(x) if per_step else keras.layers.GlobalAveragePooling1D()(x)
    return SequenceDropout(rate)(keras.layers.Dense(units, activation="relu")(mean))


@architecture("lstm-no-forget", title="LSTM without forgetting")
def lstm_no_forget(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Stacked LSTM whose forget gate is fixed open, c = c' + i g (Hochreiter and Schmidhuber 1997).

    Jozefowicz et al. 2015 found this gate to matter most.
    """
    from suite.architectures.layers import NoForgetLSTM

    return stack(hp, x, partial(NoForgetLSTM, units), per_step)


@architecture("irnn", title="identity RNN", start="identity_scale")
def irnn(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Stacked simple recurrent layers that start as the identity (Le, Jaitly and Hinton 2015).

    h = relu(W x + U h' + b). U starts as `identity_scale` times the identity (in the paper 1, or 0.01 for tasks without
    long memory), b as zero, W as normal draws with standard deviation 0.001.
    """
    import keras

    scale = hp.Choice("identity_scale", [1.0, 0.01], default=1.0)

    def layer(
        return_sequences: bool,
    ) -> Any:  # new initializers for each layer: one instance would draw the same values again
        return keras.layers.SimpleRNN(
            units,
            activation="relu",
            kernel_initializer=keras.initializers.RandomNormal(stddev=0.001),
            recurrent_initializer=keras.initializers.Identity(scale),
            return_sequences=return_sequences,
        )

    return stack(hp, x, layer, per_step)
