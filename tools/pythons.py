"""Pythons: `python tools/pythons.py` runs the fast tests and a small study on every supported Python that is found.

With `here`, it does so on this Python alone; with `lowest`, also with the lowest versions that pyproject.toml allows.
Environments are kept in build/pythons, and set up again when what they are made of has changed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "build" / "pythons"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SUPPORTED = [name[-4:] for name in PROJECT["project"]["classifiers"] if re.search(r":: 3\.\d+$", name)]
FILES = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]
SHORT = [*("--trials", "2", "--epochs", "1", "--tasks", "adding-50,sp500-volatility"), *("--architectures", "lstm,gru")]
FAST = ["-m", "pytest", "-q", "-n", "2", "-m", "not training and not slow and not simulation"]
LONGEST = 1800  # seconds of one step


def candidates(version: str) -> Iterator[list[str]]:
    """Yield commands that may start a Python of a version such as "3.12"."""
    yield [sys.executable]
    yield [f"python{version}"]
    yield ["py", f"-{version}"]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from ([str(found)] for found in sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True))


def find(version: str) -> str | None:
    """Return the path of a Python of this version that can make environments, or None."""
    asked = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2], sys.executable)"
    for command in candidates(version):
        if shutil.which(command[0]):
            done = subprocess.run([*command, "-c", asked], capture_output=True, text=True)
            if done.stdout.startswith(f"{version} "):
                return done.stdout.strip().partition(" ")[2]
    return None


def environment(python: str, name: str, requirements: list[Path]) -> str:
    """Return the Python of an environment that holds these requirements and the suite; set it up if it is not there."""
    folder = KEPT / name
    found = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    made_of = "\n".join([python, *(file.read_text(encoding="utf-8") for file in requirements)])
    ready = folder / "made-of.txt"
    if not ready.is_file() or ready.read_text(encoding="utf-8") != made_of:
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python, "-m", "venv", folder], check=True)
        pip = ["uv", "pip"] if shutil.which("uv") else [found, "-m", "pip", "--disable-pip-version-check"]
        into = ["--python", found] if pip[0] == "uv" else []
        lists = [word for file in requirements for word in ("-r", file)]
        subprocess.run([*pip, "install", "-q", *into, *lists], check=True)
        subprocess.run([*pip, "install", "-q", *into, "--no-deps", "-e", ROOT], check=True)
        ready.write_text(made_of, encoding="utf-8")
    return str(found)


def lowest(folder: Path) -> list[Path]:
    """Return requirements with the lowest versions that pyproject.toml allows, and with what tests need beside them."""
    developing = set(PROJECT["dependency-groups"]["dev"])
    extras = [name for name, needed in PROJECT["project"]["optional-dependencies"].items() if set(needed) <= developing]
    chosen = [word for name in extras for word in ("--extra", name)]
    files = [folder / "lowest.txt", folder / "lowest-dev.txt"]
    compiling = [find_uv(), "pip", "compile", "-q", "--no-header", "--no-annotate", "--python", sys.executable]
    direct = ["--resolution", "lowest-direct", "--only-binary", ":all:", "pyproject.toml", *chosen]
    for words in ([*direct, "-o", files[0]], ["--group", "dev", "-c", files[0], "-o", files[1]]):
        subprocess.run([*compiling, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return files


def find_uv() -> str:
    """Return the command uv: the one beside this Python, or the one on the path."""
    return shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"


def passes(python: str, *options: str) -> bool:
    """Run the fast tests, with these options, and the small study."""
    with tempfile.TemporaryDirectory() as results:
        study = ["-m", "suite", "run", "experiments/quick.py", *SHORT, "--results", results]
        steps = ([*FAST, *options], study)
        return all(subprocess.run([python, *step], cwd=ROOT, timeout=LONGEST).returncode == 0 for step in steps)


def check(name: str, python: str, *options: str) -> bool:
    """Print what is tested, and how it ended."""
    begun = time.monotonic()
    print(f"{name}: {python}", flush=True)
    passed = passes(python, *options)
    print(f"{name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - begun:.0f} s", flush=True)
    return passed


def check_all() -> bool:
    """Test every supported Python that is found; this one in its own environment."""
    passed = True
    for version in SUPPORTED:
        python = find(version)
        if python is None:
            print(f"Python {version}: not found, not tested", flush=True)
        else:
            own = Path(python) == Path(sys.executable)
            passed &= check(f"Python {version}", python if own else environment(python, version, FILES))
    return passed


def check_here() -> bool:
    """Test this Python, in its own environment."""
    return check("this Python", sys.executable)


def check_lowest() -> bool:
    """Test the lowest versions that pyproject.toml allows, on this Python.

    They warn of what the newest versions of their own dependencies no longer recommend, which is no error.
    """
    with tempfile.TemporaryDirectory() as folder:
        python = environment(sys.executable, "lowest", lowest(Path(folder)))
    return check("the lowest versions", python, "-W", "default")


CHECKS = {"all": check_all, "here": check_here, "lowest": check_lowest}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", default="all", choices=CHECKS, help="what to test (default: all)")
    sys.exit(0 if CHECKS[parser.parse_args().what]() else 1)
