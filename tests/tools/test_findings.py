"""What a published study found is written into pages, each block between its marks, and nothing else."""

import pytest
from findings import AGAINST, AGREES, BLOCKS, NOT_AGAINST, OPEN, agrees, filled
from known import KNOWN, MORE, NO_MORE

from suite import report
from suite.analysis.decisions import PairVerdict
from suite.analysis.rivals import BASELINES
from suite.architectures.architecture import ARCHITECTURES
from suite.results.results import load
from suite.tasks.task import TASKS


@pytest.fixture
def results(tmp_path, records):
    return load(records.write_study(tmp_path, 24, 1, ("adding-50",)))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BLOCKS))
def test_a_block_is_written_between_its_marks(results, name):
    old = f"before\n<!-- study: {name} -->\nold\n<!-- end of {name} -->\nafter\n"
    written = filled(old, results)
    assert written.startswith(f"before\n<!-- study: {name} -->\n\n") and written.endswith("-->\nafter\n")
    assert "old" not in written.split()
    assert filled(written, results) == written


@pytest.mark.slow
def test_titles_lead_into_a_stored_report(results):
    page = "<!-- study: answer -->\n<!-- end of answer -->\n"
    assert "](" not in filled(page, results)
    report.write(results.store.root)
    written = filled(page, results, "../a/report.md")
    assert "[Adding (50 steps)](../a/report.md#task-adding-50)" in written
    for name in ("report.md", "index.html"):
        assert 'id="task-adding-50"' in results.store.root.joinpath("report", name).read_text()


@pytest.mark.slow
def test_the_table_of_variants_has_the_verdict_in_each_of_them(tmp_path, records):
    main = records.write_study(tmp_path / "quick", 24, 1, ("adding-50",))
    records.write_study(tmp_path / "quick_units", 24, 1, ("adding-50",))
    records.write_experiment(tmp_path / "quick_units", tasks=["adding-50"], trials=24, seeds=1, variant_of="quick", variant="equal units")  # fmt: skip # noqa: E501
    head, _, *rows = BLOCKS["variants"](load(main))
    assert head == "| claim | main | equal units |"
    (memory,) = [row.split(" | ") for row in rows if "long-term dependencies" in row]
    assert memory[1] == memory[2].removesuffix(" |") != "—"


def test_a_block_that_does_not_exist_is_named(results):
    with pytest.raises(KeyError, match="fate"):
        filled("<!-- study: fate -->\n<!-- end of fate -->", results)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.tasks[0])
def test_known_results_name_what_exists(known):
    assert {*known.tasks} <= {*TASKS.names()}
    assert {name for first, _, second in known.expected for name in (first, second)} <= {
        *ARCHITECTURES.names(), *BASELINES,
    }  # fmt: skip


class Pair:
    def __init__(self, verdict):
        self.verdict = verdict


@pytest.mark.parametrize(
    ("relation", "verdict", "said"),
    [
        (MORE, PairVerdict.BETTER, AGREES),
        (MORE, PairVerdict.EQUAL, AGAINST),
        (MORE, PairVerdict.UNDECIDED, OPEN),
        (NO_MORE, PairVerdict.BETTER, AGAINST),
        (NO_MORE, PairVerdict.WORSE, AGREES),
        (NO_MORE, PairVerdict.UNDECIDED, NOT_AGAINST),
        (NO_MORE, PairVerdict.TOO_FEW, OPEN),
    ],
)
def test_a_comparison_agrees_with_what_is_known_or_speaks_against_it_or_leaves_it_open(relation, verdict, said):
    assert agrees(relation, Pair(verdict)) == said
