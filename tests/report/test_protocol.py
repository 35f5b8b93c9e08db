"""How an experiment was done, in the report."""

from suite.report import protocol


def test_what_runs_could_not_leave_behind_is_said_once_with_the_reason(tmp_path, records):
    why = {"saved model": "it has a Lambda layer", "score on long": "no such length"}
    cell = ("adding-50", "lstm")
    results = records.finals(tmp_path, {cell: [0.1, 0.2]}, beside={cell: [{"lacking": why}, {"lacking": why}]})
    said = [
        "There is no saved model of lstm: it has a Lambda layer.",
        "There is no score on long of lstm: no such length.",
    ]
    assert protocol.lacking(results) == said
    assert protocol.manner(results)[-2:] == said
