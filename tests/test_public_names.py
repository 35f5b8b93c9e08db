"""`import suite` shows every public name, and brings what is heavy only to those who use it."""

import subprocess
import sys
from importlib.metadata import version

import suite

HEAVY = {"dask", "distributed", "keras", "matplotlib", "pandas", "rich", "scipy", "seaborn", "sklearn", "tensorflow"}


def test_every_public_name_is_shown_and_there():
    assert {"run", "load", "__version__", *suite.__all__} <= set(dir(suite))
    assert all(getattr(suite, name) is not None for name in suite.__all__)


def test_the_version_is_that_of_the_installed_package():
    assert suite.__version__ == version("sequence-suite")


def test_importing_it_imports_nothing_heavy():
    check = f"import sys, suite; dir(suite); suite.__version__; print({HEAVY} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout == "set()\n"
