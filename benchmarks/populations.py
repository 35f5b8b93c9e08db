"""Calibration on other test examples: whether verdicts on a task with given data hold for the population of examples.

Every study draws its own test examples (see examples.py), and its report is compared with what is true of the
population. Prints one row per population (see COLUMNS); `--write FILE` replaces this part of the page.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import calibration
import numpy as np
from calibration import Tables, World
from examples import OWN, SMALL, Population, scored
from pages import write_part
from scipy import special

from suite.analysis.contrasts import Bounds


def reaches(world: World, spreads: np.ndarray, level: float) -> tuple[np.ndarray, ...]:
    """Return the reaches of the pairs, of both kinds of baselines, and of the pairs on the mean over the tasks."""
    variance, clusters = spreads
    every = -special.stdtrit(np.maximum(clusters - 1, 1), (1 - level) / 2) * np.sqrt(variance)
    every = np.where(clusters > 1, every, np.inf)
    parts = np.split(every, [len(world.pairs), len(world.pairs) + world.architectures], axis=-1)
    return *parts, np.sqrt(np.square(parts[0]).sum(axis=1, keepdims=True)) / world.tasks


def wider(bounds: Bounds, reach: np.ndarray) -> Bounds:
    """Return the wider, on each side, of an interval for other replicates and of one for other test examples."""
    centre, low, high = bounds
    return Bounds(centre, np.minimum(low, centre - reach), np.maximum(high, centre + reach))


def in_quadrature(bounds: Bounds, reach: np.ndarray) -> Bounds:
    """Return an interval whose reach is the root of the sum of both squares, on each side."""
    centre, low, high = bounds
    return Bounds(centre, centre - np.hypot(centre - low, reach), centre + np.hypot(high - centre, reach))


WAYS = {"by trials alone": lambda bounds, reach: bounds, "": wider, "in quadrature": in_quadrature}


def measured(population: Population, studies: int, seed: int = 1) -> dict[str, float]:
    """Return the rates (see COLUMNS) over this number of studies, for each of the WAYS."""
    world, found = population.world, {}
    drawn, spreads = scored(population, studies, np.random.default_rng(seed))
    lead, joint = calibration.leads(world), calibration.level(world)
    single, decisive = (calibration.tables(world, drawn, level) for level in (0.95, joint))
    for way, widened in WAYS.items():
        low, high = widened(single.pairs, reaches(world, spreads, 0.95)[0])[1:]
        tables = Tables(*map(widened, decisive, reaches(world, spreads, joint)))
        rates = calibration.rates(world, calibration.stated(world, drawn, tables, joint))
        rates["coverage"] = ((low <= lead) & (lead <= high)).mean()
        rates["half-width"] = float(np.median(tables.pairs.high - tables.pairs.low) / 2)
        found |= {f"{name} {way}".strip(): value for name, value in rates.items()}
    return found


def populations() -> dict[str, list[Population]]:
    """Return the populations to simulate, grouped by how their examples hang together."""
    usual = World("")
    single = [
        Population(f"{examples:,} examples, {differences:g}", examples=examples, differences=differences)
        for examples in (300, 600, 2_000)
        for differences in OWN
    ]
    single += [
        Population("300 examples, 0.21, sd 0.05", usual),
        Population("300 examples, 0.21, luck 5", replace(SMALL, luck=5)),
        Population("300 examples, 0.21, squared errors", squared=True),
        Population("2,000 examples, 0.21, squared errors", examples=2_000, squared=True),
        Population("300 examples, 0.21, at the baselines", replace(SMALL, level=0, rival=0)),
        Population("300 examples, 0.21, one 0.05 ahead", replace(SMALL, leads=(0.05, 0, 0))),
        Population("300 examples, 0.21, one 0.1 ahead", replace(SMALL, leads=(0.1, 0, 0))),
        Population("2,000 examples, 0.21, one 0.1 ahead", replace(SMALL, leads=(0.1, 0, 0)), examples=2_000),
        Population("300 examples, 0.21, one 1 sd ahead, sd 0.05", replace(usual, leads=(0.05, 0, 0))),
        Population("300 examples, 0.21, one 2 sd ahead, sd 0.05", replace(usual, leads=(0.1, 0, 0))),
    ]
    groups = [Population(f"{count} groups", clusters=count, unit="group") for count in (2, 5, 10, 30)]
    groups += [
        Population("10 groups, sd 0.05", usual, clusters=10, unit="group"),
        Population("10 groups, squared errors", clusters=10, unit="group", squared=True),
        Population("30 groups, one 0.1 ahead", replace(SMALL, leads=(0.1, 0, 0)), clusters=30, unit="group"),
    ]
    dates = [
        Population(f"{count} dates, {keep:g}", examples=count, clusters=count, unit="date", autocorrelation=keep)
        for count in (150, 250, 600)
        for keep in (0.5, 0.8)
    ]
    dates += [replace(one, name=f"{one.name}, squared errors", squared=True) for one in dates[-2:]]
    dates += [
        Population(
            "250 dates of 4 series, 0.5", examples=1_000, clusters=250, unit="date", together=0.5, autocorrelation=0.5
        ),
        replace(dates[4], name=f"{dates[4].name}, one 0.1 ahead", world=replace(SMALL, leads=(0.1, 0, 0))),
    ]
    folds = [Population(f"6 folds of {count}", examples=count, folds=6) for count in (50, 100, 300)]
    folds += [
        Population("6 folds of 100, sd 0.05", usual, examples=100, folds=6),
        Population("6 folds of 1 group", examples=100, clusters=1, unit="group", folds=6),
        Population("6 folds of 1 group, sd 0.05", usual, examples=100, clusters=1, unit="group", folds=6),
        Population("6 folds of 5 groups", examples=100, clusters=5, unit="group", folds=6),
        Population("3 folds of 2 groups", examples=100, clusters=2, unit="group", folds=3),
        *(
            Population(f"6 folds of 100 dates, {keep}", SMALL, 100, 100, "date", 6, autocorrelation=keep)
            for keep in (0.5, 0.8)
        ),
        *(
            Population(
                f"6 folds of 300, training {luck:g}, overlap {overlap:.2g}", folds=6, training=luck, overlap=overlap
            )
            for luck in (0.02, 0.05)
            for overlap in (0, 1 / 6, 0.5)
        ),
        Population("6 folds of 100, one 0.1 ahead", replace(SMALL, leads=(0.1, 0, 0)), examples=100, folds=6),
    ]
    return {"Single examples": single, "Groups": groups, "Dates": dates, "Folds": folds}


COLUMNS = [
    f"{rate} {way}".strip() for rate in ("coverage", "false", "power", "of the mean", "half-width") for way in WAYS
]
LARGE = 1_500  # populations with as many examples get fewer studies
PREFACE = """## Other test examples

Tasks on given data test all trials on the same examples, or on a few test splits of the same data. Here every study
draws its own examples from a population, scores all its trials on them, and is compared with the population. Made by
`python benchmarks/populations.py --write docs/calibration.md` in ten minutes, with {studies} studies per population and
a third of that for those of 1,500 examples or more. A coverage is known to about 0.5 points, and to 1 point for these.

Unless a row says otherwise: four tasks, three architectures that are equal in the population, 24 trials, best of 4, a
trivial baseline with an accuracy of 0.5, and a standard deviation of 0.01 of skill between seeds, so that test examples
matter most. A row named "300 examples, 0.21" has 300 test examples on which two architectures differ by 0.21 in
accuracy (root mean square per example); rows without this number use 0.21. In the rows on groups, the examples (300, or
100 in each fold) are divided among the groups, and membership explains 15 % of the variance that is specific to an
architecture. In the rows on dates, each date has one example, or one of each of four series; the number after them is
the autocorrelation. A row named "6 folds of 50" has 50 examples in each test split. *Training* is the standard
deviation of skill that comes from a fold's training part, and *overlap* the share of its variance that all folds have
in common.

Three intervals are compared. **By trials alone**: the interval for other replicates. **No suffix**: on each side, the
wider of that interval and the one for other test examples. Reports use this. **In quadrature**: on each side, the root
of the sum of both squared half-widths. The columns are those of the first tables; **coverage** is of all pairs.

### What the table says

- On a single test split, trials alone say nothing about other examples: their intervals cover the difference in the
  population in 36 to 96 % of all cases, and up to 97 % of the reports state something false. With six folds, trials are
  tested on different examples: alone, they cover it in 96 to 98.6 %, where training parts do not matter.
- The wider of the two intervals covers it in 93 to 98.8 % of all cases, and at most 2 % of the reports state something
  false, where the luck of training parts is small (see the last point). Coverage is above 97 % where the interval for
  other replicates is too wide by itself: with folds, whose trials already differ in their examples. It is 92.9 % on
  series of 150 dates with an autocorrelation of 0.8, which are too short to show how autocorrelated they are; none of
  these reports states anything false.
- Adding in quadrature is not needed: it covers 95.6 to 99.9 % (again except in the last point), for intervals up to a
  third wider, and finds 4 % instead of 18 % of the leads of 0.1 on a single task with 300 examples.
- What a study can show depends on the groups. With two speakers in the test data there is no verdict. With five, the
  half-width of a joint interval is 0.59 of skill, with ten 0.26, with thirty 0.15; on 300 single examples it is 0.11.
- Folds cost precision if the examples are the same: the half-width of a joint interval is 0.18 with six folds of 100
  and 0.08 with one split of 600, because each trial is scored on a sixth of them. In return, verdicts are about other
  groups and training parts too: with six folds of one group each, trials alone cover 96.5 % instead of 36 to 64 %.
- Folds show what the luck of a training part does only as far as their training parts differ. A luck of 0.02 of skill
  is covered with an overlap up to 1/6, the value of Nadeau and Bengio (2003) for six folds; with half, coverage is
  92.5 %. With a luck of 0.05, as much as five deviations between seeds, coverage is 93 % without an overlap, 89 % with
  1/6 and 77 % with half; with these two overlaps, 5 % and 29 % of the reports state something false. (In quadrature,
  coverage is 97, 92.5 and 84 %.) No interval over folds can show what they share.
"""


def main() -> None:
    """Print the table, and write it to a page if `--write` names one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=300, help="per population")
    parser.add_argument("--only", default="", help="populations whose name contains this")
    parser.add_argument("--write", type=Path, help="a Markdown page with a part for this table")
    chosen = parser.parse_args()
    lines = ["| population | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for group, members in populations().items():
        lines.append(f"| **{group}** " + "| " * len(COLUMNS) + "|")
        for one in (member for member in members if chosen.only in member.name):
            studies = chosen.studies // 3 if one.examples * one.folds >= LARGE else chosen.studies
            rates = measured(one, studies)
            lines.append(f"| {one.name} | " + " | ".join(shown(column, rates[column]) for column in COLUMNS) + " |")
            print(lines[-1], flush=True)
    if chosen.write:
        write_part(chosen.write, Path(__file__).name, PREFACE.format(studies=chosen.studies) + "\n" + "\n".join(lines))


def shown(column: str, rate: float) -> str:
    """Format a rate in per cent, or a half-width."""
    if np.isnan(rate):
        return ""
    return f"{rate:.3f}" if column.startswith("half-width") else f"{100 * rate:.1f}"


if __name__ == "__main__":
    main()
