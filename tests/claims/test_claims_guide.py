"""docs/claims.md: its experiment and its plugin work as printed."""

import importlib.metadata
import re
import sys
from dataclasses import replace

import pytest
from repository import ROOT

from suite.claims import judge
from suite.claims.builtin import CLAIMS as BUILT_IN
from suite.claims.claim import CLAIMS
from suite.claims.preregistration import fixed
from suite.claims.statistic import STATISTICS
from suite.experiment.loading import load_experiment

pytestmark = pytest.mark.slow

GUIDE = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
EXPERIMENT, PLUGIN = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """Install the guide's plugin, and forget it afterwards."""
    (tmp_path / "quick_claims.py").write_text(PLUGIN, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    CLAIMS.load()
    STATISTICS.load()
    for registry in (CLAIMS, STATISTICS):
        monkeypatch.setattr(registry, "_loaded", False)
    points = [importlib.metadata.EntryPoint("quick", "quick_claims", "suite.claims")]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: points if group == "suite.claims" else [])
    yield
    for registry in (CLAIMS, STATISTICS):
        registry.forget(str(tmp_path / "quick_claims.py"))
    del sys.modules["quick_claims"]


def test_the_experiment_in_the_guide_is_judged_from_its_folder(tmp_path, records):
    (tmp_path / "study.py").write_text(EXPERIMENT, encoding="utf-8")
    experiment = load_experiment(tmp_path / "study.py")
    luck = {"lstm": [0.001 * (k % 3) for k in range(10)], "gru": [0.001 * (k % 4) for k in range(10)]}
    skills = {(task, name): [0.5 + each for each in luck[name]] for task in experiment.tasks for name in experiment.architectures}  # fmt: skip # noqa: E501
    results = records.finals(tmp_path, skills, seeds=10, claims_fixed=fixed(experiment, None, False))
    (one,) = [one for one in judge(results) if one.id == "gru-speech"]
    assert (one.verdict, one.n, one.source) == ("practically equal", 10, "a colleague, over lunch")


def test_the_plugin_in_the_guide_adds_a_claim_and_a_statistic(plugin, tmp_path, records):
    results = records.finals(tmp_path, {("speech-like", name): [0.5] * 6 for name in ("lstm", "gru")}, seeds=6)
    epochs = {"lstm": 20, "gru": 12}
    late = {"lstm": 1, "gru": 0}
    results.records = [replace(one, epochs=epochs[one.architecture] + late[one.architecture] * (one.index % 3)) for one in results.records]  # fmt: skip # noqa: E501
    (one,) = [one for one in judge(results) if one.id == "gru-is-quick"]
    assert (one.verdict, one.effect, one.unit, one.margin) == ("supported", 9.0, "epochs", 1.0)
    assert not CLAIMS.broken


def test_the_guide_names_every_built_in_claim_and_statistic():
    for name in (*STATISTICS.names(), *(one.id for one in BUILT_IN)):
        assert f"`{name}`" in GUIDE, name
