"""The script of an exported series: it reads new tables as the suite does, and gives the same numbers."""

import csv
import importlib.resources
import io
import json
import runpy
import sys

import numpy as np
import pytest

from suite.files.strict_json import finite
from suite.tasks.own import series_from_csv
from suite.tasks.own.tables.numerals import ABSENT
from suite.tasks.task import TASKS

pytestmark = pytest.mark.training

DAYS = np.arange("2024-01-01", 120, dtype="datetime64[D]")
GERMAN = [f"{str(day)[8:]}.{str(day)[5:7]}.{str(day)[:4]}" for day in DAYS]
WAVE = np.round(np.sin(np.arange(120) / 4) * 9, 2)


def of(*columns, sep=","):
    return [sep.join(map(str, cells)) for cells in zip(*columns, strict=True)]


def long(names, count=120):
    return [f"{day},{name},{WAVE[n] + len(name)},{name[0]},{len(name)}" for name in names for n, day in
            enumerate(DAYS[:count])]  # fmt: skip


def emptied(rows, **cells):
    """The rows, with one replaced: r7=... is the row after six others."""
    return [cells.get(f"r{number}", row) for number, row in enumerate(rows, 1)]


COMMAS = [f"{value:.2f}".replace(".", ",") for value in WAVE]
GROUPED = [f"1.{number:03d},5" for number in range(120)]
PLAIN = of(DAYS, WAVE, np.arange(120) % 7)
DATED = {"time": "date"}
CASES = {
    "a fault": (
        "date,load,heat",
        PLAIN,
        DATED | {"features": ["heat"]},
        emptied(PLAIN[:20], r7="2024-01-07,much,1", r12="Total,2"),
    ),
    "newest first": ("date,load,heat", PLAIN, DATED, PLAIN[:12][::-1]),
    "filled": (
        "date,load,heat",
        PLAIN,
        DATED | {"features": ["heat"], "missing": "previous"},
        emptied(PLAIN[:15], r1="2024-01-01,,3", r6="2024-01-06,,3"),
    ),
    "dropped": ("date,load,heat", PLAIN, DATED | {"missing": "drop"}, emptied(PLAIN[:15], r6="2024-01-06,-,3")),
    "German": ("Datum;load;heat", of(GERMAN, COMMAS, GROUPED, sep=";"), {"time": "Datum", "features": ["heat"]}, None),
    "two columns of times": ("day,hour,load", of(DAYS, ["10:00"] * 120, WAVE), {"time": ["day", "hour"]}, None),
    "several": (
        "date,site,load,kind,size",
        long(["aa", "b", "ccc"]),
        DATED | {"group": "site", "static": ["kind", "size"]},
        emptied(long(["b", "dd"], 9), r1="2024-01-01,b,,b,1"),
    ),
    "beside": (
        "Price,Close,Close,Volume,Volume\nTicker,A,B,A,B\ndate,,,,",
        of(DAYS, WAVE, 2 * WAVE, WAVE + 1, WAVE + 2),
        DATED | {"target": "Close", "features": ["Volume"]},
        None,
    ),
    "known": (
        "date,load,plan",
        of(DAYS, WAVE, WAVE + 3),
        DATED | {"known": ["plan"], "horizon": [1, 3]},
        [*of(DAYS[:20], WAVE[:20], WAVE[:20]), *(f"{day},,1" for day in DAYS[20:23])],
    ),
    "change": (
        "date,load,heat",
        of(DAYS, WAVE + 10, WAVE),
        DATED | {"features": ["heat"], "ask": "change", "missing": "drop"},
        emptied(of(DAYS[:20], WAVE[:20] + 10, WAVE[:20]), r9="2024-01-09,,2"),
    ),
    "direction": ("date,load,heat", PLAIN, DATED | {"ask": "direction"}, None),
    "states": (
        "date,load,heat",
        of(DAYS, np.where(WAVE > 4, "on", "off"), WAVE),
        DATED | {"features": ["heat"]},
        emptied(of(DAYS[:12], ["on", "off", "new"] * 4, WAVE[:12]), r9="2024-01-09,,2"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_gives_the_numbers_of_the_suite(case, tmp_path, monkeypatch, capsys):
    from suite import backend

    backend.start(1)
    import keras

    from suite.training import inputs

    header, rows, options, new = CASES[case]
    (tmp_path / "old.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    (tmp_path / "new.csv").write_text("\n".join([header, *(new or rows[:20])]), encoding="utf-8")
    task = series_from_csv("own", tmp_path / "old.csv", **{"target": "load", "window": 4} | options)
    TASKS.forget(__file__)
    data = task.load(1)
    reader, preparation = task.function.keywords["reader"], dict(data.preparation)
    outputs = len(preparation.get("classes", reader.horizons or [0]))
    sequence = keras.Input(data.train[0].shape[1:])
    network = keras.Model(sequence, keras.layers.Dense(outputs)(keras.layers.Flatten()(sequence)))
    network.save(tmp_path / "model.keras")
    known = {name: np.asarray(value).tolist() for name, value in preparation.items()} | {"absent": ABSENT}
    (tmp_path / "preparation.json").write_text(json.dumps(finite(known)))
    scripts = importlib.resources.files("suite.deploy") / "scripts"
    (tmp_path / "predict.py").write_bytes((scripts / "series.py.txt").read_bytes())
    (tmp_path / "intervals.py").write_bytes((scripts / "intervals.py.txt").read_bytes())
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "argv", ["predict.py", str(tmp_path / "new.csv")])
    runpy.run_path(str(tmp_path / "predict.py"), run_name="__main__")
    names, *answered = csv.reader(io.StringIO(capsys.readouterr().out))

    from suite.tasks.own import READERS
    from suite.tasks.own.readers import restored

    raw = restored({name: np.asarray(value) for name, value in preparation.items()}, READERS).read(tmp_path / "new.csv")
    x, steps = reader.inputs(raw, preparation)
    expected = inputs.predict(network, inputs.network_input(x, steps))
    assert [int(row[0]) for row in answered] == raw.origin["row"]
    assert [place for place, row in enumerate(answered) if row[-1] == ""] == list(raw.faults)
    assert len(raw.faults) < len(answered)
    kept = [place for place in range(len(answered)) if place not in raw.faults]
    own = [[float(cell) for cell in answered[place][-outputs:]] for place in kept]
    np.testing.assert_allclose(own, expected[kept], rtol=1e-5, atol=1e-6)
    for column in {"site", "series"} & set(names):
        assert [row[names.index(column)] for row in answered] == raw.origin[column]
    if case == "known":
        assert names == ["row", "prediction_h1", "prediction_h3"]
