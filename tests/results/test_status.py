"""A status counts the runs of every cell, in time that grows with the number of records."""

from collections import Counter

from suite.results.record import Record
from suite.results.status import status
from suite.results.store import Store


def test_every_record_is_looked_at_equally_often_however_many_cells_there_are(tmp_path, records, monkeypatch):
    looks: Counter[str] = Counter()
    cell = Record.cell.fget
    monkeypatch.setattr(Record, "cell", property(lambda record: looks.update([record.id]) or cell(record)))
    most = set()
    for name, tasks in (("small", ("adding-50",)), ("large", tuple(records.TASKS))):
        store = Store(records.write_study(tmp_path / name, tasks=tasks))
        looks.clear()
        assert all(cell["finals"] == {"done": 5, "failed": 0, "missing": 0} for cell in status(store)["cells"])
        assert len(looks) == len(store.record_paths())
        most |= set(looks.values())
    assert len(most) == 1


def test_a_failure_counts_in_its_own_cell_only(tmp_path, records):
    folder = records.write_study(tmp_path, tasks=("adding-50",))
    records.write(folder, records.failed("adding-50", "gru", "final", 1, "killed", "the worker died"))
    cells = {cell["architecture"]: cell for cell in status(Store(folder))["cells"]}
    assert cells["gru"]["finals"] == {"done": 4, "failed": 1, "missing": 0}
    assert cells["gru"]["failures"] == [
        {"id": "adding-50/gru/final-001", "status": "killed", "error": "the worker died"}
    ]
    assert cells["lstm"]["finals"] == {"done": 5, "failed": 0, "missing": 0}
    assert cells["lstm"]["failures"] == []
