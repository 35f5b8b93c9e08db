"""Text: format numbers, intervals, durations, lists, labels and tables for people to read."""

import hashlib
import math
import re
import unicodedata
from collections.abc import Iterable, Sized
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # slow to import
    import pandas as pd

    from suite.statistics import Estimate

MINUS = "\N{MINUS SIGN}"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # not the line feed and the tab
FORMULA = "=+-@\t\r\n＝＋－＠"  # spreadsheets take what begins so for a formula  # noqa: RUF001
NEARLY = 0.01  # a smaller probability is printed as "<1 %", its complement as ">99 %"
FEWEST_FOR_INTERVAL = 5  # an interval from fewer values says next to nothing


def number(value: float | None, step: float | None = None) -> str:
    """Format a number, rounded to the digits that an interval of half-width `step` supports.

    Without `step`, round to three digits. Return "—" if the number is unknown.
    """
    if value is None or not math.isfinite(value):
        return "—"
    value += 0.0  # no "-0"
    if not step or not math.isfinite(step):
        value = float(f"{value:.3g}")
        plain = f"{value:.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.3g}"
        return plain.replace("-", MINUS)
    decimals = max(0, -math.floor(math.log10(step / 2)))
    if decimals > 5 and abs(value) < 0.001:
        return f"{value:.{max(0, decimals + _exponent(value))}e}".replace("-", MINUS)
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", MINUS)


def whole(value: float | None) -> str:
    """Format a count without decimals. Return "—" if it is unknown."""
    return "—" if value is None or not math.isfinite(value) else f"{value:.0f}"


def _exponent(value: float) -> int:
    return math.floor(math.log10(abs(value))) if value else 0


def interval(estimate: "Estimate", unit: str = "") -> str:
    """Format an estimate as "0.85 (0.72 to 0.98, n=5)", with the unit after the centre, or say it has no interval.

    Fewer than five values have none; return "—" without any. If both bounds are on the same side of 0, neither is
    rounded to 0.
    """
    centre, low, high, n = estimate
    step = (high - low) / 2
    if not n:
        return number(None)
    if not math.isfinite(step) or n < FEWEST_FOR_INTERVAL:
        return f"{number(centre)}{unit} (no interval, n={n})"
    if low * high > 0:
        step = min(step, 2 * abs(low), 2 * abs(high))
    return f"{number(centre, step)}{unit} ({number(low, step)} to {number(high, step)}, n={n})"


FIGURE = rf"[{MINUS}-]?\d[\d.]*(?:e[{MINUS}-]?\d+)?"
BOUNDS = re.compile(rf"({FIGURE})(?:[^()\d]*\(({FIGURE}) to ({FIGURE})\b[^()]*\))?[ ★≈]*")


def bounds(text: str) -> tuple[float, float, float] | None:
    """Return centre, low and high of what `interval` formatted, three times the same for a number without an interval.

    Return None for all other text.
    """
    found = BOUNDS.fullmatch(text)
    if not found:
        return None
    centre, low, high = (float((part or found[1]).replace(MINUS, "-")) for part in found.groups())
    return centre, low, high


def file_name(*parts: str) -> str:
    """Return a unique file name for any text: only safe characters, and shortened to 60 plus a hash if needed."""
    text = "-".join(parts)
    plain = re.sub(r"[^A-Za-z0-9.-]+", "_", text)[:60]
    return plain if plain == text else f"{plain}-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"


def percent(share: float) -> str:
    """Format a share (0 to 1) in whole per cent."""
    return f"{100 * share:.0f} %"


def chance(probability: float) -> str:
    """Format an estimated probability in whole per cent, but never as 0 % or 100 %: no sample is certain."""
    if probability < NEARLY:
        return "<1 %"
    return ">99 %" if probability > 1 - NEARLY else percent(probability)


def listed(items: Iterable[str], word: str = "and") -> str:
    """Join items as "a, b and c"; `word` joins the last two."""
    items = list(items)
    return f" {word} ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def few(items: Iterable[str], most: int = 3) -> str:
    """List up to `most` items, and say how many more there are."""
    shown = [*items]
    more = len(shown) - most
    return listed(shown[:most] + [f"{more} more"] * (more > 0))


def mutual(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Group names so that any two names of a group form one of the given pairs.

    For example, the pairs a-b, b-c, a-c and c-d give the groups a, b, c and c, d.
    """
    pairs = list(pairs)
    known = {frozenset(pair) for pair in pairs}
    groups: list[list[str]] = []
    for pair in pairs:
        if any(set(pair) <= set(group) for group in groups):
            continue
        group = list(pair)
        for name in dict.fromkeys(name for each in pairs for name in each):
            if all(frozenset((name, other)) in known for other in group):
                group.append(name)
        groups.append(group)
    return groups


def several(count: int, noun: str) -> str:
    """Return a count with its noun, in the plural unless the count is 1: "1 run", "3 runs"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def beat(names: Sized) -> str:
    """Return the verb form for these names: "beats" for one, "beat" for several."""
    return "beats" if len(names) == 1 else "beat"


def in_words(name: str, length: float | None = None) -> str:
    """Return the name of a task in words: "Pump failure" for pump-failure, "Adding (50 steps)" for adding-50."""
    steps = f" ({length:g} steps)" if length else ""
    words = name.removesuffix(f"-{length:g}" if length else "").replace("-", " ").replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}{steps}"


def markdown(value: object) -> str:
    """Return text on one line, escaped so that nothing in it acts as Markdown or HTML."""
    escaped = label(value, 2000).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_\[\]>|#$~])", r"\\\1", escaped)


LATEX = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': "''", MINUS: "$-$", "—": "---",
    "\N{EN DASH}": "--", "\N{REPLACEMENT CHARACTER}": "?", "“": "``", "”": "''",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{MULTIPLICATION SIGN}": r"$\times$", "★": r"$\star$",
    "≈": r"$\approx$", "…": r"\dots{}",
} | {c: f"\\{c}" for c in "&%$#_{}"}  # fmt: skip


BEYOND = r"\providecommand{\beyond}[1]{\ifdefined\Umathchar#1\else?\fi}"  # only XeTeX and LuaTeX set all scripts
ACCENTS = "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0327"  # accents that every LaTeX font can set


def latex(value: object) -> str:
    """Return text on one line, escaped so that nothing in it acts as LaTeX.

    Characters that some LaTeX engines cannot set are wrapped in the macro that BEYOND defines.
    """
    return "".join(LATEX.get(c, c if _plain(c) else rf"\beyond{{{c}}}") for c in label(value, 2000))


def _plain(character: str) -> bool:
    """Return whether every LaTeX engine can set a character: ASCII, and ASCII letters with usual accents."""
    base, *marks = unicodedata.normalize("NFD", character)
    return (base.isascii() and all(mark in ACCENTS for mark in marks)) or character in "ßæøÆØ"


def label(text: object, limit: int = 40) -> str:
    """Put text on one line of at most `limit` characters, and mark unprintable characters with a replacement."""
    shown = "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in str(text))
    shown = " ".join(shown.split())
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def printable(line: str) -> str:
    """Replace the characters of a line that would control a terminal, or that no file can hold."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


def inert(cell: Any) -> Any:
    """Return a cell of a CSV table; text that a spreadsheet would run as a formula begins with an apostrophe.

    Numbers stay as they are, also those that are text. What would control a terminal is replaced, and so is a carriage
    return, after which a spreadsheet would begin another row.
    """
    if not isinstance(cell, str):
        return cell
    cell = CONTROL.sub("\N{REPLACEMENT CHARACTER}", cell)
    if len(cell) < 2 or cell[0] not in FORMULA:
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


def csv(frame: "pd.DataFrame") -> str:
    """Return a data frame as CSV, in which no cell is a formula."""
    return frame.map(inert).rename(columns=inert).to_csv(index=False, lineterminator="\n")


def columns(rows: list[tuple[Any, ...]]) -> list[str]:
    """Format rows as lines with aligned columns."""
    widths = [max(len(str(value)) for value in column) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{value!s:<{width}}" for value, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def roughly(seconds: float) -> str:
    """Return a time in the unit that suits it: "40 seconds", "7 minutes" or "3.4 hours"."""
    for size, unit in ((3600, "hour"), (60, "minute")):
        if seconds >= 1.5 * size:
            return f"{number(round(seconds / size, 1 if size == 3600 else 0))} {unit}s"
    return several(round(seconds), "second")


def duration(seconds: float | None) -> str:
    """Format seconds as "minutes:seconds", or as "hours:minutes:seconds" for one hour or more."""
    if seconds is None:
        return "unknown time"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if minutes >= 60 else f"{minutes}:{rest:02d}"
