"""Raw data of the five kinds that own data have, drawn anew and the same each time."""

import wave
from pathlib import Path

import numpy as np


def write_series(path: Path, rows: int = 1_500) -> None:
    """Heat that follows the load of the twelve hours before; one cell is empty."""
    hours = np.arange("2024-01-01T00", rows, dtype="datetime64[h]")
    load = np.random.default_rng(1).normal(size=rows).round(3)
    heat = 20 + np.convolve(load, np.ones(12) / 12)[:rows].round(4)
    lines = [f"{hour},{value},{other}" for hour, value, other in zip(hours, heat, load, strict=True)]
    lines[30] = f"{hours[30]},,{load[30]}"
    path.write_text("\n".join(["hour,heat,load", *lines]), encoding="utf-8")


def write_texts(path: Path, repeats: int = 40) -> None:
    """Messages of two teams, told apart by one word among random letters."""
    rng = np.random.default_rng(1)
    things = {"billing": ("invoice", "refund", "price"), "repairs": ("noise", "leak", "smoke")}
    rows = [
        f'"{word}, please, about {" ".join(rng.choice(list("abcdefghijklm"), 9))}",{team},customer {number % 12}'
        for number in range(repeats)
        for team, words in things.items()
        for word in words
    ]
    path.write_text("\n".join(["message,team,customer", *rows]), encoding="utf-8")


def write_sounds(path: Path, files: int = 30) -> None:
    """Low and high tones in noise, of six birds on either side."""
    rng = np.random.default_rng(1)
    for name, frequency in {"owl": 300, "wren": 2_500}.items():
        (path / name).mkdir(parents=True)
        for number in range(files):
            tone = np.sin(2 * np.pi * frequency * rng.uniform(0.9, 1.1) * np.arange(8_000) / 16_000)
            with wave.open(str(path / name / f"bird{number % 6}_{number}.wav"), "wb") as file:
                file.setparams((1, 2, 16_000, 0, "NONE", ""))
                file.writeframes((9_000 * (tone + rng.normal(size=8_000) / 4)).astype("<i2").tobytes())


def write_arrays(path: Path) -> None:
    """Three features over ten steps, shifted by the label."""
    rng = np.random.default_rng(1)
    x, label = rng.normal(size=(120, 10, 3)), np.arange(120) % 2
    x[..., 0] += np.where(label[:, None], 1, -1)
    np.savez(path, x=x, label=label, person=np.arange(120) // 2 % 10)


def write_archived(path: Path) -> None:
    """A set of the UCR archive as it is unpacked: two classes that differ in their level, in the official split."""
    rng = np.random.default_rng(1)
    path.mkdir(parents=True)
    for split, examples in {"TRAIN": 40, "TEST": 20}.items():
        up = np.arange(examples) % 2
        series = (rng.normal(size=(examples, 12)) + up[:, None]).round(2)
        rows = (f"{','.join(map(str, own))}:{('down', 'up')[label]}" for own, label in zip(series, up, strict=True))
        head = "@timeStamps false\n@univariate true\n@classLabel true up down\n@data\n"
        (path / f"{path.name}_{split}.ts").write_text("\n".join([head + next(rows), *rows]) + "\n", encoding="utf-8")
