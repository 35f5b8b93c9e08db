"""Sources: how much of the intervals on real data comes from the search, the seeds, the folds and the test examples."""

from collections.abc import Sequence

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from suite.analysis.sources import sources as found_sources
from suite.report.figures.registry import figure
from suite.report.figures.style import panels
from suite.report.sources import PARTS, in_words, pair_in_words
from suite.results.results import Results
from suite.text import label

EXAMPLES = "test examples"
THICK = 0.36


@figure(
    "Where uncertainty comes from",
    "Half-widths of the 95 % intervals of each pair of architectures, in skill. Upper bar: for other trials, divided "
    "by what makes trials differ: the search, the seeds of one configuration (where final runs show it) and the "
    "folds. Lower bar: for other test examples. The longer bar counts.",
    level="task",
    fits=lambda results, task: bool(np.isfinite(found_sources(results, task)["items"]).any()),
    words=in_words,
    role=None,
)
def sources(results: Results, tasks: Sequence[str]) -> Figure:
    """Draw two bars per pair of architectures of a task: the half-width for other trials and for other examples."""
    (task,) = tasks
    rows = found_sources(results, task)
    rows = rows[np.isfinite(rows["items"])].to_dict("records")
    colors = dict(zip((*PARTS, EXAMPLES), sns.color_palette("colorblind", len(PARTS) + 1), strict=True))
    drawn, ((panel,),) = panels(1, 1, 0.6 + 0.45 * len(rows), width=6.4)
    for row, one in enumerate(rows):
        start = 0.0
        for part in PARTS:
            length = np.nan_to_num(one[part]) * one["trials"]
            panel.barh(row - THICK / 2, length, THICK, left=start, color=colors[part])
            start += length
        panel.barh(row + THICK / 2, one["items"], THICK, color=colors[EXAMPLES])
    panel.set_yticks(range(len(rows)), [label(pair_in_words(results, one), 44) for one in rows])
    panel.set(
        ylim=(len(rows) - 0.4, -0.6),
        xlabel="half-width of the 95 % interval, in skill",
        title=label(results.title(task)),
    )
    panel.grid(axis="y", visible=False)
    known = [part for part in PARTS if any(np.nan_to_num(one[part]) > 0 for one in rows)]
    handles = [Patch(color=colors[part], label=part) for part in (*known, EXAMPLES)]
    drawn.legend(handles=handles, loc="outside upper left", ncols=len(handles))
    return drawn
