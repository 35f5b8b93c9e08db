"""Repository: adds files outside docs/ to the site, and turns links of the repository into links of the site."""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
ADDED = {  # file of the repository -> file of the site
    "README.md": "overview.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
    "NOTICE.md": "notices.md",
    "benchmarks/README.md": "benchmarks.md",
    "results/README.md": "published.md",
    "experiments/reference.py": "reference-study.py",
    "results/reference-2026/report/index.html": "reference-2026.html",
    "results/reference-2026/report/figures/overview.png": "reference-2026.png",
    "LICENSE": "license.txt",
    "CITATION.cff": "citation.cff",
}
PAGES = ADDED | {
    "docs/tutorial.ipynb": "tutorial.md",  # see tutorial.py
    "results/reference-2026/report/report.md": "reference-2026.html",
}
LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig, **_: Any) -> Files:
    """Add the files."""
    for path, name in ADDED.items():
        files.append(File.generated(config, name, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Return the text of a page with links that hold on the site."""
    return relinked(markdown, page.file.src_uri)


def relinked(markdown: str, name: str) -> str:
    """Return the text of the file `name` of the site with links that hold on the site."""
    here = {site: path for path, site in ADDED.items()}.get(name, f"docs/{name}")

    def link(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(here), match[1]))
        there = PAGES.get(path, path.removeprefix("docs/"))
        return f"]({posixpath.relpath(there, posixpath.dirname(name) or '.')}{match[2] or ''})"

    return LINK.sub(link, markdown)
