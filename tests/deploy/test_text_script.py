"""The exported script for texts gives a model the same tokens as the suite does, however the file is written."""

import csv
import importlib.resources
import io
import json
import runpy
import sys

import pytest

from suite.tasks.own.readers import settings
from suite.tasks.own.tables.dialect import Dialect
from suite.tasks.own.tables.grids import grid
from suite.tasks.own.texts.reader import TextReader
from suite.tasks.own.texts.words import PATTERNS

pytestmark = pytest.mark.training
VOCABULARY = ["", "<unknown>", "so", "good", "好", "न", "दु", "!", " ", "S", "o"]
ROWS = ["So so good!", "  ", "好 好, नदु", "so\tgood and so on", '"so; ""good"""']


@pytest.mark.parametrize("options", [{}, {"keep": "first"}, {"by": "characters"}, {"spaced": True}])
@pytest.mark.parametrize(("sep", "encoding"), [(",", "utf-8"), (";", "utf-16")])
def test_tokens_are_those_of_the_suite(tmp_path, monkeypatch, capsys, options, sep, encoding):
    import keras

    file = tmp_path / "new.csv"
    rows = [row if '"' in row else f'"{row}"' for row in ROWS]
    file.write_text("\n".join(sep.join((str(n), row)) for n, row in enumerate(["text", *rows])), encoding=encoding)
    reader = TextReader("text", 9, **({"spaced": False} | options), dialect=grid(file, Dialect(decimal=".")).dialect)
    fitted = {"vocabulary": VOCABULARY, "steps": 3}
    known = fitted | settings(reader) | {"word": PATTERNS[reader.by].pattern, "classes": list("abc")}
    (tmp_path / "preparation.json").write_text(json.dumps(known), encoding="utf-8")
    tokens = keras.Input((3,))
    keras.Model(tokens, keras.layers.Identity()(tokens)).save(tmp_path / "model.keras")
    scripts = importlib.resources.files("suite.deploy") / "scripts"
    (tmp_path / "predict.py").write_bytes((scripts / "texts.py.txt").read_bytes())
    (tmp_path / "intervals.py").write_bytes((scripts / "intervals.py.txt").read_bytes())
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "argv", ["predict.py", str(file)])
    runpy.run_path(str(tmp_path / "predict.py"), run_name="__main__")
    _, *found = csv.reader(io.StringIO(capsys.readouterr().out))
    raw = reader.read(file)
    assert [int(row[0]) for row in found] == raw.origin["row"]
    expected = reader.inputs(raw, fitted)[0]
    for example, (_, *own) in enumerate(found):
        assert [*map(float, filter(None, own))] == ([] if example in raw.faults else expected[example].tolist())
    assert list(raw.faults) == [1]
