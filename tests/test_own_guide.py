"""What docs/own-data.md promises: its blocks are one file, each under ten lines, and every task in it runs."""

import re
import wave
from pathlib import Path

import numpy as np
import pytest

from suite.baselines import measure
from suite.check import check
from suite.experiment import load_experiment
from suite.task import TASKS

pytestmark = pytest.mark.slow

GUIDE = (Path(__file__).parent.parent / "docs" / "own-data.md").read_text(encoding="utf-8")


def write_series(path: Path) -> None:
    hours = np.arange("2024-01-01T00", 1_500, dtype="datetime64[h]")
    load = np.random.default_rng(1).normal(size=1_500).round(3)
    heat = 20 + np.convolve(load, np.ones(12) / 12)[:1_500].round(4)
    rows = [f"{hour},{value},{other}" for hour, value, other in zip(hours, heat, load, strict=True)]
    rows[30] = f"{hours[30]},,{load[30]}"
    path.write_text("\n".join(["hour,heat,load", *rows]), encoding="utf-8")


def write_texts(path: Path) -> None:
    rng = np.random.default_rng(1)
    things = {"billing": ("invoice", "refund", "price"), "repairs": ("noise", "leak", "smoke")}
    rows = [
        f'"{word}, please, about {" ".join(rng.choice(list("abcdefghijklm"), 9))}",{team},customer {number % 12}'
        for number in range(40)
        for team, words in things.items()
        for word in words
    ]
    path.write_text("\n".join(["message,team,customer", *rows]), encoding="utf-8")


def write_sounds(path: Path) -> None:
    rng = np.random.default_rng(1)
    for name, frequency in {"owl": 300, "wren": 2_500}.items():
        (path / name).mkdir(parents=True)
        for number in range(30):
            tone = np.sin(2 * np.pi * frequency * rng.uniform(0.9, 1.1) * np.arange(8_000) / 16_000)
            with wave.open(str(path / name / f"bird{number % 6}_{number}.wav"), "wb") as file:
                file.setparams((1, 2, 16_000, 0, "NONE", ""))
                file.writeframes((9_000 * (tone + rng.normal(size=8_000) / 4)).astype("<i2").tobytes())


def write_arrays(path: Path) -> None:
    rng = np.random.default_rng(1)
    x, label = rng.normal(size=(120, 10, 3)), np.arange(120) % 2
    x[..., 0] += np.where(label[:, None], 1, -1)
    np.savez(path, x=x, label=label, person=np.arange(120) // 2 % 10)


@pytest.fixture
def study(tmp_path, monkeypatch):
    """The guide's file beside data of the kinds it speaks of."""
    monkeypatch.chdir(tmp_path)
    write_series(tmp_path / "boiler.csv")
    write_texts(tmp_path / "tickets.csv")
    write_sounds(tmp_path / "calls")
    write_arrays(tmp_path / "gestures.npz")
    end, *blocks = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    (tmp_path / "study.py").write_text("\n".join([*blocks, end]), encoding="utf-8")
    yield tmp_path / "study.py"
    TASKS.forget(str(tmp_path / "study.py"))


def test_each_of_the_four_is_under_ten_lines():
    _, *blocks = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert len(blocks) == 4
    assert max(len(block.splitlines()) for block in blocks) < 10


def test_every_task_of_the_guide_passes_the_check_and_is_learnt_by_its_trained_baseline(study):
    names = load_experiment(study).tasks
    assert names == ("boiler", "tickets", "calls", "gestures")
    for name in names:
        task = TASKS.get(name)
        assert list(map(str, check(task))) == []
        scores = measure(task, task.load(1))
        known, learnt = (scores[role]["test"][task.metric] for role in ("baseline", "trained_baseline"))
        assert learnt < known if task.direction == "lower" else learnt > known
