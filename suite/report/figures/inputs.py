"""Inputs: draw one input sequence in a panel, as a picture, as lines or as tokens."""

import numpy as np
from matplotlib.axes import Axes

PICTURE_CHANNELS = 6  # with at least this many, a sequence is drawn as a picture, otherwise as lines
COLOURS = ("0.1", "C0", "C1", "C2", "C4")


def draw_input(panel: Axes, x: np.ndarray | None, vocabulary: int | None, title: str) -> None:
    """Draw an input: tokens (time,) or values (time, features). Leave the panel empty for None."""
    panel.set(title=title, xlabel="step")
    panel.grid(visible=False)
    if x is None:
        return
    if x.ndim == 1:
        _tokens(panel, x, vocabulary)
    elif x.shape[1] < PICTURE_CHANNELS:
        for channel, values in enumerate(x.T):
            panel.plot(values, linewidth=1, color=COLOURS[channel % len(COLOURS)])
        panel.set_ylabel("value" if x.shape[1] == 1 else f"{x.shape[1]} channels")
    else:
        panel.imshow(x.T, aspect="auto", origin="lower", cmap="viridis", interpolation="nearest")
        panel.set_ylabel("channel")


def _tokens(panel: Axes, x: np.ndarray, vocabulary: int | None) -> None:
    """Draw tokens: one row per token of a small vocabulary, or a strip of colours if it is large or unknown."""
    if vocabulary and vocabulary <= 40:
        panel.scatter(range(len(x)), x, s=9, color="C0", marker="s")
        panel.set(ylabel="token", ylim=(-0.5, vocabulary - 0.5))
        return
    panel.imshow(x[None], aspect="auto", cmap="viridis", interpolation="nearest")
    panel.set(yticks=[], ylabel="tokens")
