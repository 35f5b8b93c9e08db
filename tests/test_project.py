"""What strangers need is there and agrees with itself: metadata, requirements, notices, guides, configurations."""

import re
import subprocess
import sys
import tomllib

import pytest
from repository import ROOT

from suite.cli import parser
from suite.tasks.task import TASKS

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
VERSIONS = ["3.11", "3.12", "3.13"]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> set[str]:
    return set(re.findall(r"^[a-z][\w.-]*==.*$", read(name), re.MULTILINE))


def package(line: str) -> str:
    return re.match(r"[\w.-]+", line)[0]


def test_the_version_has_a_section_in_the_changelog():
    assert re.search(rf"^## {re.escape(PROJECT['project']['version'])} - ", read("CHANGELOG.md"), re.MULTILINE)


def test_every_dependency_has_a_lower_bound():
    extras = PROJECT["project"]["optional-dependencies"].values()
    declared = [*PROJECT["project"]["dependencies"], *(name for names in extras for name in names)]
    assert [name for name in declared if not re.search(r">=|==", name)] == []


def test_running_needs_what_is_declared_and_nothing_that_only_tests_need():
    named = {package(pin) for pin in pins("requirements.txt")}
    assert {package(name) for name in PROJECT["project"]["dependencies"]} <= named
    assert not named & {package(name) for name in PROJECT["dependency-groups"]["dev"]}


def test_the_requirements_of_developers_agree_with_those_of_running():
    running, developing = pins("requirements.txt"), pins("requirements-dev.txt")
    shared = {package(pin) for pin in running} & {package(pin) for pin in developing}
    versions = {(package(pin), pin.split("==")[1].split()[0]) for pin in running}
    assert {package(name) for name in PROJECT["dependency-groups"]["dev"]} <= {package(pin) for pin in developing}
    assert {(package(pin), pin.split("==")[1].split()[0]) for pin in developing if package(pin) in shared} <= versions


def test_the_requirements_without_a_gpu_differ_in_tensorflow_alone():
    assert read("requirements-cpu.txt") == re.sub("(?m)^tensorflow==", "tensorflow-cpu==", read("requirements.txt"))


def test_the_supported_pythons_are_the_same_everywhere():
    classifiers = PROJECT["project"]["classifiers"]
    assert [name[-4:] for name in classifiers if re.search(r":: 3\.\d+$", name)] == VERSIONS
    assert re.search(r"python: (\[.*\])", read(".github/workflows/tests.yml"))[1] == str(VERSIONS).replace("'", '"')
    assert set(re.findall(r"FROM python:(3\.\d+)", read("Dockerfile"))) <= set(VERSIONS)


def test_a_commit_is_checked_by_make_lint():
    assert re.findall(r"entry: (.*)", read(".pre-commit-config.yaml")) == ["make lint"]


def test_the_workflow_runs_targets_that_exist():
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    run = set(re.findall(r"run: make ([a-z-]+)", read(".github/workflows/tests.yml")))
    assert {"lint", "docs", "test", "test-all", "test-lowest"} <= run <= targets


@pytest.mark.parametrize("task", [task for task in TASKS.entries() if "generated" not in task.licence])
def test_data_of_others_are_listed_with_licence_and_source(task):
    row = next(line for line in read("NOTICE.md").splitlines() if f"`{task.name}`" in line)
    assert task.source in row
    assert f"| {task.licence} |" in row


@pytest.mark.parametrize("guide", ["CONTRIBUTING.md", "AGENTS.md"])
def test_guides_name_files_that_are_there(guide):
    paths = re.findall(r"`((?:suite|tests|docs|experiments)/[\w./]+)`|\]\(([\w./-]+\.md)\)", read(guide))
    places = [ROOT / (path or link) for path, link in paths if "/x/" not in path]
    assert len(places) > 1
    for place in places:
        assert (place.parent if place.stem.isupper() else place).exists(), place  # NAME.py stands for a new file


@pytest.mark.slow
def test_shells_complete_every_command():
    script = subprocess.run(
        [sys.executable, "-m", "shtab", "--shell=bash", "--prog", "suite", "suite.cli.parser"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    ).stdout  # fmt: skip
    commands = parser()._subparsers._group_actions[0].choices
    assert set(re.search(r"^_shtab_suite_subparsers=\((.*)\)$", script, re.MULTILINE)[1].split()) == set(commands)
