"""Reference: a page with the docstring of every public name."""

from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

import suite

BESIDE = ("suite.tasks.declaration.Options", "suite.claims.Claim")  # what public functions take
WITH_MEMBERS = ("suite.notebook.Study", "suite.results.results.Results", "suite.notebook.Plots")  # what they return
MEMBERS = "    options:\n      members:\n      members_order: source\n"


def on_files(files: Files, config: MkDocsConfig, **_: Any) -> Files:
    """Add the page."""
    files.append(File.generated(config, "reference.md", content=page()))
    return files


def page() -> str:
    """Return the page: a directive of mkdocstrings for each name."""
    head = "# Reference\n\nWhat `import suite` offers, and the classes that these functions take or return.\n"
    names = [*(f"suite.{name}" for name in suite.__all__), *BESIDE]
    return "\n".join([head, *(f"::: {name}\n" for name in names), *(f"::: {name}\n{MEMBERS}" for name in WITH_MEMBERS)])
