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

CPUINFO = Path("/proc/cpuinfo")
VECTORS = ("avx", "fma", "amx", "sve", "asimd")  # how the names of vector instructions begin
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
        **_processor(),
        "cores": os.cpu_count(),
        "gpus": gpus(),
    }


@cache
def _processor() -> dict[str, str]:
    """Return the processor's `model` and its vector `instructions`, on which the order of a sum depends.

    Virtual machines often hide the model behind a name that several processors share, so its numbers are added.
    """
    text = CPUINFO.read_text(encoding="utf-8") if CPUINFO.is_file() else ""
    facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in text.splitlines())}
    numbers = [f"{name} {facts[name]}" for name in ("cpu family", "model", "stepping") if name in facts]
    flags = (facts.get("flags") or facts.get("Features") or "").split()
    return {
        "model": ", ".join([facts.get("model name") or platform.processor(), *numbers]),
        "instructions": " ".join(sorted(flag for flag in flags if flag.startswith(VECTORS))),
    }


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
