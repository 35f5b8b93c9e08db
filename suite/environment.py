"""Environment: describe package versions, the suite's code and the machine."""

import hashlib
import importlib.metadata
import os
import platform
import sys
from functools import cache
from pathlib import Path
from typing import Any

from suite.backend import gpus

VERSIONED = ("keras", "tensorflow", "keras-tuner", "numpy", "scikit-learn", "sequence-suite")


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that can change a result."""
    return {"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in VERSIONED}


@cache
def code() -> str:
    """Return a digest of the suite's source files. Processes with different digests may compute different numbers."""
    root = Path(__file__).parent
    files = sorted(root.rglob("*.py"))
    content = b"".join(file.relative_to(root).as_posix().encode() + file.read_bytes() for file in files)
    return hashlib.sha256(content).hexdigest()[:12]


def machine() -> dict[str, Any]:
    """Describe this machine. `gpus` is None if TensorFlow is not imported in this process."""
    return {
        "system": platform.platform(),
        "processor": platform.machine(),
        "model": _processor_model(),
        "cores": os.cpu_count(),
        "gpus": gpus(),
    }


def _processor_model() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.is_file() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())


def warn_of_namesake() -> None:
    """Print a line on standard error if a distribution called `suite` shares the folder of this package."""
    try:
        importlib.metadata.distribution("suite")
    except importlib.metadata.PackageNotFoundError:
        return
    print(
        "suite: another distribution, called 'suite', is installed beside sequence-suite, and each may overwrite the "
        "other's files: install sequence-suite in an environment of its own",
        file=sys.stderr,
    )
