"""Cache: parses the files of a data set into arrays once; all workers then share the memory-mapped arrays."""

import hashlib
import inspect
import sys
from pathlib import Path
from types import FunctionType, ModuleType

import numpy as np

from suite.files.paths import user_cache
from suite.files.unfinished import temporary_folder
from suite.tasks.datasets.download import DataSet, find

Arrays = dict[str, np.ndarray]


def prepared(data_set: DataSet, parse: FunctionType, *modules: ModuleType) -> Arrays:
    """Return the arrays that `parse(*paths)` reads from the verified files of a data set, from the user's cache.

    Cached arrays are read-only. They are parsed again if a file's checksum changes, or the source code of the parser's
    module or of the other `modules`. If the cache cannot be written, parse the files at every call. Raise
    UnavailableError in the same cases as `find`.
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
    """Write the arrays to a temporary folder, then rename it to `folder`.

    Return whether `folder` exists afterwards, even if another process wrote it.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(folder) as part:
            for name, array in arrays.items():
                np.save(part / f"{name}.npy", array, allow_pickle=False)
            part.rename(folder)
    except OSError:  # a cache that cannot be written only costs time; or another worker was first
        return folder.is_dir()
    return True
