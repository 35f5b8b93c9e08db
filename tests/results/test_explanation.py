"""Stored explanations: read with their types, and taken along wherever a run's other files go."""

import json

import pytest

from suite.errors import UnreadableError
from suite.files.strict_json import checksum
from suite.results.explanation import ENDING, METHOD, Explanation
from suite.results.merge import merge
from suite.results.pack import pack
from suite.results.store import Store

RUN = "adding-50/lstm/final-000"
EFFECT = {"kind": "order", "first": 0, "last": 0, "skill": 0.5, "without": [0.4, None]}
FOUND = Explanation(method=METHOD, spec=checksum({"seed": 1000}), effects=[EFFECT], steps=50)


@pytest.fixture
def store(tmp_path, records):
    """A study of one task, with an explanation of one run."""
    made = Store(records.write_study(tmp_path / "quick", tasks=("adding-50",), trials=1, seeds=1))
    made.explain(RUN, FOUND)
    return made


class TestReading:
    def test_what_was_stored_is_read(self, store):
        assert store.explanation(RUN) == FOUND
        assert len(store.path(RUN, ENDING).read_text().splitlines()) == 1

    def test_a_run_without_one_has_none(self, store):
        assert store.explanation("adding-50/gru/final-000") is None

    @pytest.mark.parametrize(
        "content",
        [
            "{",
            "[]",
            json.dumps({"effects": []}),
            json.dumps({"effects": [EFFECT, {"kind": "order"}]}),
            json.dumps({"effects": [EFFECT | {"skill": "high"}]}),
            json.dumps({"effects": [EFFECT | {"first": -1}]}),
            json.dumps({"effects": [EFFECT, EFFECT | {"without": []}]}),
            json.dumps({"effects": [EFFECT], "steps": "many"}),
        ],
    )
    def test_a_damaged_one_is_named_in_one_line(self, store, content):
        path = store.path(RUN, ENDING)
        path.write_text(content)
        with pytest.raises(UnreadableError, match="final-000.explanation.jsonl") as raised:
            store.explanation(RUN)
        assert "\n" not in str(raised.value)
        assert [*store.unreadable()] == [path]

    def test_it_belongs_to_one_spec_and_one_method(self):
        assert FOUND.is_of({"seed": 1000})
        assert not FOUND.is_of({"seed": 1001})
        assert not Explanation(spec=FOUND.spec, effects=[EFFECT]).is_of({"seed": 1000})


class TestTakenAlong:
    def test_it_is_set_aside_with_its_run(self, store):
        store.set_aside(store.path(RUN), "stale")
        assert store.explanation(RUN) is None
        assert store.path(RUN, f"{ENDING}.stale-1").exists()

    def test_it_is_adopted_and_merged_with_its_run(self, store, tmp_path):
        other = Store(tmp_path / "other")
        other.adopt(store, RUN, "attempt")
        assert other.explanation(RUN) == FOUND
        merge([store], Store(tmp_path / "joined"))
        assert Store(tmp_path / "joined").explanation(RUN) == FOUND

    def test_packing_keeps_it_even_without_models(self, store):
        pack(store, keep=set())
        assert not store.path(RUN).exists()
        assert store.explanation(RUN) == FOUND
        assert store.unreadable() == {}

    def test_it_is_no_record(self, store):
        assert len(store.record_paths()) == len(store.record_files()) == 6
