"""Cache: arrays parsed once from a data set's files, then memory-mapped and shared by all workers."""

import hashlib
import inspect
import shutil
import sys
import tempfile
from pathlib import Path
from types import FunctionType, ModuleType

import numpy as np

from suite.files import user_cache
from suite.tasks.datasets.download import DataSet, find

Arrays = dict[str, np.ndarray]


def prepared(data_set: DataSet, parse: FunctionType, *modules: ModuleType) -> Arrays:
    """Return what `parse(*paths)` makes of the verified files of a data set, read-only, cached for the user.

    The cache key holds the files' checksums and the source of the parser's module and of the other `modules`. Where
    the cache cannot be written, the arrays are parsed each time. Raise UnavailableError like `find`.
    """
    paths = [find(data_set, file) for file in data_set.files]
    folder = user_cache() / "prepared" / f"{data_set.name}-{_key(data_set, parse, modules)}"
    if not folder.is_dir():
        arrays = parse(*paths)
        if not _keep(folder, arrays):
            return arrays
    return {path.stem: np.load(path, mmap_mode="r", allow_pickle=False) for path in folder.glob("*.npy")}


def _key(data_set: DataSet, parse: FunctionType, modules: tuple[ModuleType, ...]) -> str:
    sums = [file.sha256 for file in data_set.files]
    sources = [inspect.getsource(module) for module in (sys.modules[parse.__module__], *modules)]
    return hashlib.sha256("\n".join([*sums, parse.__qualname__, *sources]).encode()).hexdigest()[:16]


def _keep(folder: Path, arrays: Arrays) -> bool:
    """Write arrays next to the folder and rename; return whether it then exists, even if another process wrote it."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    except OSError:  # a cache that cannot be written only costs time
        return False
    try:
        for name, array in arrays.items():
            np.save(part / f"{name}.npy", array, allow_pickle=False)
        part.rename(folder)
    except OSError:  # a full disk, or another worker was first
        return folder.is_dir()
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return True
