"""The studies that come with the suite are known by name, where no file of that name is."""

import pytest
from repository import ROOT

from suite.errors import RequestError
from suite.experiment import shipped
from suite.experiment.loading import load_experiment


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_name_stands_for_the_study_that_comes_with_the_suite(empty):
    experiment = load_experiment("quick")
    assert (experiment.name, experiment.file) == ("quick", str(ROOT / "experiments" / "quick.py"))


def test_a_file_of_ones_own_comes_first(empty):
    (empty / "quick").write_text("")
    with pytest.raises(RequestError, match="quick' is not a Python file"):
        load_experiment("quick")


@pytest.mark.parametrize("name", ["quickest", "quick.py", "../experiments/quick"])
def test_what_is_no_name_of_a_study_is_looked_for_as_a_file(empty, name):
    with pytest.raises(RequestError, match="no experiment file"):
        load_experiment(name)


def test_a_study_inside_the_package_is_run_by_name_and_others_by_their_path(empty, monkeypatch):
    monkeypatch.setattr(shipped, "PACKAGED", empty / "package" / "experiments")
    assert shipped.called("package/experiments/quick.py") == "quick"
    assert shipped.called("experiments/quick.py") == "experiments/quick.py"
