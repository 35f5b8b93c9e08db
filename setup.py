"""What pyproject.toml cannot declare: the shipped experiments become a package, and the README a page of an index."""

import re
import tomllib
from pathlib import Path

from setuptools import find_packages, setup

PICTURE = r"(?m)^!\[([^]]*)\]\((?!https?:)(\S+)\)$"
LINK = r"(?<!!)\[([^]]+)\]\((?!https?:|#)(\S+)\)"


def for_an_index(readme: str, repository: str = "") -> str:
    """Return the README as a package index can show it, which has none of the files that pictures and links name.

    They get the address of the repository that `[project.urls]` declares; without one, they are left out.
    """
    if not repository:
        return re.sub(LINK, r"\1", re.sub(PICTURE + r"\n*", "", readme))
    shown = re.sub(PICTURE, rf"![\1]({repository}/raw/HEAD/\2)", readme)
    return re.sub(LINK, rf"[\1]({repository}/blob/HEAD/\2)", shown)


if __name__ == "__main__":
    urls = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"].get("urls", {})
    setup(
        packages=[*find_packages(include=["suite", "suite.*"]), "suite.experiments"],
        package_dir={"suite.experiments": "experiments"},
        long_description=for_an_index(Path("README.md").read_text(encoding="utf-8"), urls.get("Repository", "")),
        long_description_content_type="text/markdown",
    )
