"""Reader: the way from a raw file to x, one for training and for new data, and how its settings are stored."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from suite.tasks.data import Preparation

STORED = "reader"


@dataclass(frozen=True)
class Raw:
    """What a file holds, before anything that was fitted to training data.

    `examples`: what the reader's `inputs` takes. `origin`: where each example is from, column -> a value an example.
    `remark`: what whoever gave the file should know, "" where that is nothing.
    """

    examples: Any
    origin: Mapping[str, list[Any]]
    remark: str = ""


class Reader(Protocol):
    """A frozen dataclass of plain settings (texts, truths, counts above 0) that stand in the task's declaration.

    `read(path)` raises RequestError naming file and row. `inputs(raw, fitted)` gives x and its valid steps
    (examples,), None where the x says so itself; `fitted` is what was fitted to a training split, of which it `needs`
    these. `shape(fitted)` is the number of steps and features that this x will have, None where the file decides.
    """

    kind: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]

    def read(self, path: Any) -> Raw: ...

    def inputs(self, raw: Raw, fitted: Preparation) -> tuple[np.ndarray, np.ndarray | None]: ...

    def shape(self, fitted: Preparation) -> tuple[int | None, int | None]: ...


def settings(reader: Reader) -> dict[str, Any]:
    """A reader as plain values for `Data.preparation`, from which `restoring.restored` makes it again."""
    return {STORED: reader.kind} | {f"{STORED}_{name}": value for name, value in asdict(reader).items()}
