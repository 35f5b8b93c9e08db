"""A distribution of the same name is noticed, in one line."""

import os
import subprocess
import sys

import pytest

from suite import environment
from suite.environment import warn_of_namesake


@pytest.mark.slow
def test_importing_the_suite_says_in_one_line_that_another_distribution_has_its_name(tmp_path):
    (tmp_path / "suite-1.0.dist-info").mkdir()
    (tmp_path / "suite-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: suite\nVersion: 1.0\n")
    paths = os.pathsep.join([str(tmp_path), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", "import suite"], env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True
    )
    assert done.stderr.startswith("suite: another distribution, called 'suite', is installed")
    assert done.stderr.count("\n") == 1


def test_nothing_is_said_where_there_is_none(capsys):
    warn_of_namesake()
    assert capsys.readouterr() == ("", "")


def test_a_processor_is_known_by_its_numbers_and_its_vector_instructions(tmp_path, monkeypatch):
    lines = ["cpu family\t: 25", "model\t\t: 1", "model name\t: Shared name", "flags\t\t: sse2 fma avx512f avx2", ""]
    monkeypatch.setattr(environment, "CPUINFO", tmp_path / "cpuinfo")
    (tmp_path / "cpuinfo").write_text("\n".join(2 * lines))
    found = environment._processor.__wrapped__()
    assert found == {"model": "Shared name, cpu family 25, model 1", "instructions": "avx2 avx512f fma"}
    (tmp_path / "cpuinfo").unlink()
    assert environment._processor.__wrapped__()["instructions"] == ""
