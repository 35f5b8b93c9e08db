"""Sound sheet: what the data sheet says of sounds: what they are, what was cut off, and what looks wrong."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np

from suite.tasks.datasets.audio import LOWEST_RATE
from suite.tasks.own.sounds.heard import Heard
from suite.tasks.sheet import Fact, Sheet
from suite.text import few, percent, several

# The share of a class's power that is noticed when it is cut off. Speech has 1 to 2 % above 4 kHz (the average spectra
# of Byrne et al., 1994), a word made mostly of sibilants 10 %; an animal that calls above 4 kHz has most of it there.
NOTICED = 0.2
APART = 0.5  # the difference between classes in the share of sounds of a low rate from which it may tell them apart
SHOWN = 0.005
LONG = 60  # seconds: models of longer sounds take so long that they are not proposed
REASONS = 5


def left_out(faults: Sequence[tuple[Path, str]], total: int) -> Fact:
    """Return how many files were left out, with every reason, how often it occurs, and the first of its files."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for file, fault in faults:
        reasons[fault.removeprefix(f"'{file}' ").rpartition(": ")[0] or fault].append(file.name)
    named = [f"{reason} ({several(len(names), 'file')}, such as '{names[0]}')" for reason, names in reasons.items()]
    more = [f"{len(named) - REASONS} more reasons"] if len(named) > REASONS else []
    return f"{len(faults)} of {several(total, 'file')}: {'; '.join([*named[:REASONS], *more])}" if faults else ""


def described(
    files: Sequence[Path], labels: np.ndarray, sounds: Sequence[Heard], rate: int, bands: int, given: Collection[str]
) -> Sheet:
    """Return the data sheet of the sounds that were kept.

    `labels`: the class of each. `rate`, `bands`: the rate in Hz and the number of bands with which they are read.
    `given`: the arguments that the owner of the data gave, which settle the notices that ask for them.
    """
    above = _by_class(labels, [one.above for one in sounds])
    later = _by_class(labels, [one.later for one in sounds])
    facts: dict[str, Fact] = {
        "rates of the files": dict(Counter(f"{one.rate} Hz:" for one in sorted(sounds, key=lambda one: one.rate))),
        "channels averaged": dict(Counter(f"{one.channels} channels:" for one in sounds if one.channels > 1)),
        "frames": f"32 ms long, {bands} bands from 100 Hz to {rate / 2:g} Hz",
        "seconds kept": _kept(sounds),
        "power cut off at the end": _percents(later),
        f"power cut off above {rate / 2000:g} kHz": _percents(above),
        "shorter than their headers say": _named(files, [not one.complete for one in sounds]),
        "silent": _named(files, [one.silent for one in sounds]),
    }
    notices = [
        *([] if "rate" in given else _above_the_band(above, labels, sounds, rate)),
        *([] if "seconds" in given else _after_the_end(later, sounds)),
        *([] if "group" in given else _in_two_formats(files)),
        *_silence(files, sounds),
        *_in_two_classes(files, labels, sounds),
        *_told_by_rate(labels, sounds, rate),
    ]
    return Sheet().plus(*notices, **facts)


def _by_class(labels: np.ndarray, shares: Sequence[float]) -> dict[str, float]:
    """Return the mean share of every class, the largest first."""
    means = {str(name): float(np.mean(np.array(shares)[labels == name])) for name in np.unique(labels)}
    return dict(sorted(means.items(), key=lambda one: -one[1]))


def _kept(sounds: Sequence[Heard]) -> str:
    kept, whole = sum(one.kept for one in sounds), sum(one.seconds for one in sounds)
    return f"{kept:,.1f} of {whole:,.1f}"


def _percents(shares: dict[str, float]) -> dict[str, str]:
    return {name: percent(share) for name, share in shares.items() if share >= SHOWN}


def _named(files: Sequence[Path], chosen: Sequence[bool]) -> Fact:
    names = [file.name for file, chosen_one in zip(files, chosen, strict=True) if chosen_one]
    return f"{several(len(names), 'file')}, such as '{names[0]}'" if names else ""


def _noticed(shares: dict[str, float]) -> str:
    """Return the classes of which a considerable share is cut off, or "" if there are none."""
    return few(f"{percent(share)} of the power of '{name}'" for name, share in shares.items() if share >= NOTICED)


def _above_the_band(shares: dict[str, float], labels: np.ndarray, sounds: Sequence[Heard], rate: int) -> Iterator[str]:
    if named := _noticed(shares):
        first = next(iter(shares))
        own = Counter(one.rate for one, label in zip(sounds, labels, strict=True) if str(label) == first and one.above)
        ways = f"say rate={own.most_common(1)[0][0]} to keep it, or rate={rate} to leave it out"
        yield f"{named} lies above {rate / 2000:g} kHz, where the bands end: {ways}"


def _after_the_end(shares: dict[str, float], sounds: Sequence[Heard]) -> Iterator[str]:
    if named := _noticed(shares):
        most = int(np.ceil(max(one.seconds for one in sounds)))
        end = round(max(one.kept for one in sounds), 1)
        more = f"say seconds={most} to keep all" if most <= LONG else f"say seconds= (the longest sound has {most})"
        ways = f"{more}, or seconds={end:g} to leave it out"
        yield f"{named} comes after the first {end:g} seconds: {ways}"


def _silence(files: Sequence[Path], sounds: Sequence[Heard]) -> Iterator[str]:
    if named := _named(files, [one.silent for one in sounds]):
        yield f'sounds are silent ({named}): leave them out by missing="drop"'


def _in_two_formats(files: Sequence[Path]) -> Iterator[str]:
    """Notice names that differ in their endings alone: one recording in two formats could train and be tested."""
    stems: dict[Path, list[str]] = defaultdict(list)
    for file in files:
        stems[file.with_suffix("")].append(file.name)
    twice = [names for names in stems.values() if len(names) > 1]
    if twice:
        named = f"{several(len(twice), 'sound')} in several formats (such as {few(twice[0])})"
        yield f"{named}: remove all but one, or keep them in one split by group=lambda file: file.stem"


def _in_two_classes(files: Sequence[Path], labels: np.ndarray, sounds: Sequence[Heard]) -> Iterator[str]:
    """Notice equal sounds in different classes: at least one of them is wrong."""
    first: dict[bytes, int] = {}
    pairs = [(first.setdefault(one.frames.tobytes(), place), place) for place, one in enumerate(sounds)]
    twice = [(one, other) for one, other in pairs if labels[one] != labels[other] and not sounds[one].silent]
    if twice:
        names = [f"'{labels[place]}' ('{files[place].name}')" for place in twice[0]]
        more = f", and {several(len(twice) - 1, 'more sound')} likewise" if twice[1:] else ""
        yield f"the same sound is in {names[0]} and in {names[1]}{more}: remove it from all classes but one"


def _told_by_rate(labels: np.ndarray, sounds: Sequence[Heard], rate: int) -> Iterator[str]:
    """Notice that empty bands tell the classes apart, because the files of one have a lower rate."""
    lower = _by_class(labels, [float(one.rate < rate) for one in sounds])
    most, least = max(lower, key=lower.__getitem__), min(lower, key=lower.__getitem__)
    if lower[most] - lower[least] >= APART:
        fault = f"'{most}' was recorded at lower rates than '{least}', so that empty bands tell them apart"
        yield f"{fault}: say rate={max(LOWEST_RATE, min(one.rate for one in sounds))}"
