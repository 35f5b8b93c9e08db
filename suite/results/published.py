"""Published: the studies whose results are part of the repository, which every command finds by their name."""

import os
from importlib.metadata import metadata
from pathlib import Path

from suite.errors import SUITE

FOLDER = SUITE.parent / "results"  # of a clone; a wheel has none
BEGINNING = "reference-"


def published() -> dict[str, Path]:
    """Return name -> folder of every published study that this installation has."""
    found = sorted(FOLDER.glob(f"{BEGINNING}*/experiment.json"))
    return {path.parent.name: path.parent for path in found}


def folder_of(directory: str | os.PathLike[str]) -> Path:
    """Return the path of a results folder: the given one, or that of the published study if its name was given."""
    path, known = Path(directory), published().get(os.fspath(directory))
    return known if known and not path.exists() else path


def where_to_get(name: str) -> str:
    """Return one line that says where a published study is that this installation lacks."""
    urls = [url.partition(", ")[2] for url in metadata("sequence-suite").get_all("Project-URL") or []]
    of = f"of {urls[0]}" if urls else "of the repository of Sequence Suite"
    here = f"; this one has {', '.join(published())}" if published() else ""
    return f"no study '{name}' in this installation{here}: look in the folder results/ of a clone {of}"
