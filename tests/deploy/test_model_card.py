"""A model card shows text from a results folder, which may be a stranger's, as text and never as Markdown or HTML."""

from suite.deploy.model_card import card
from suite.deploy.saved_models import SavedModel, locate
from suite.text import markdown

EVIL = "<img src=x>|[a](b)`c`*d*"
NAMES = {"hyperparameters": {EVIL: EVIL}, "versions": {EVIL: EVIL}}


def test_nothing_that_a_results_folder_holds_acts_as_markdown(tmp_path, records):
    records.write_experiment(tmp_path, titles={"gru": EVIL}, trials=0, seeds=1)
    texts = {"description": EVIL, "source": EVIL, "licence": EVIL, "unit": EVIL, "sizes": {EVIL: 3}}
    records.write_task(tmp_path, "adding-50", **texts)
    records.write(tmp_path, records.record("adding-50", "gru", "final", 0, flags=["unequal"], **NAMES))
    target = locate(f"{tmp_path}/adding-50/gru")
    written = card(target, SavedModel(target.store, target.results.records[0]), 1)
    assert written.count(markdown(EVIL)) > 10
    assert not any(sign in written for sign in ("<", "[a]", "`c`", "*d*"))
