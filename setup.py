"""Puts the shipped experiments into the package, so that `suite new` writes the quick study where no repository is."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["suite", "suite.*"]), "suite.experiments"],
    package_dir={"suite.experiments": "experiments"},
)
