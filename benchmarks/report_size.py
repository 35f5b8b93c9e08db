"""Measures reports of invented records: seconds, memory and bytes, and how soon a browser paints them.

Two studies: one of the size of experiments/quick.py (demands: 15 s, 4 MB for index.html) and a large one, by default
200 tasks x 8 architectures x 10 final runs (demands: 60 s on two cores, 2 GiB, 15 MB). Both: first paint within 2 s.
`--trials N` gives the large one search runs as well, `--keep DIR` leaves the results in DIR, and `--results DIR`
measures a copy of existing results instead. The browser is the one that the tests of the page use.
"""

import argparse
import importlib
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from invented import write_results
from measuring import machine, measured

from suite import load_experiment

ROOT = Path(__file__).parent.parent
LOADS = 3
PAINTED = "const [found] = performance.getEntriesByName('first-contentful-paint'); return found && found.startTime;"


def main() -> None:
    """Write the results, then measure their reports."""
    chosen = arguments()
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(chosen.keep or temporary)
        if chosen.results:
            folders = [copied(Path(chosen.results), Path(temporary))]
        else:
            quick = load_experiment(ROOT / "experiments" / "quick.py")
            sizes = (len(quick.tasks), len(quick.architectures), quick.trials, quick.seeds)
            large = (chosen.tasks, chosen.architectures, chosen.trials, chosen.seeds)
            folders = [made(place / "as-quick", *sizes), made(place / "large", *large)]
        print(machine(), flush=True)
        for folder in folders:
            describe(folder, Path(temporary))


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("tasks", 200), ("architectures", 8), ("trials", 0), ("seeds", 10)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--keep", help="keep the invented results in this folder")
    parser.add_argument("--results", help="measure a copy of these results instead")
    return parser.parse_args()


def made(folder: Path, tasks: int, architectures: int, trials: int, seeds: int) -> Path:
    """Write invented results of this size, unless the folder exists, and return the folder."""
    if not folder.exists():
        write_results(folder, tasks, architectures, trials, seeds)
    return folder


def copied(results: Path, place: Path) -> Path:
    """Copy results, except their models and report, into the folder `place`, and return the copy."""
    return Path(shutil.copytree(results, place / results.name, ignore=shutil.ignore_patterns("report", "*.keras")))


def describe(folder: Path, temporary: Path) -> None:
    """Write the report twice, the second time with nothing changed, and print the costs."""
    shutil.rmtree(folder / "report", ignore_errors=True)
    command = [sys.executable, "-m", "suite", "report", str(folder)]
    first, again = measured(command), measured(command)
    page = folder / "report" / "index.html"
    whole = [path.stat().st_size for path in page.parent.rglob("*.*")]
    print(f"{folder.name}: {len(list(folder.glob('*/*/*.json')))} records")
    print(
        f"  first: {first.wall:.1f} s, {first.cpu:.1f} s of processors, {first.memory:.0f} MiB at most in all processes"
    )
    print(f"  again, nothing changed: {again.wall:.1f} s, {again.memory:.0f} MiB")
    print(f"  index.html: {page.stat().st_size / 1e6:.2f} MB; all {len(whole)} files: {sum(whole) / 1e6:.1f} MB")
    print(f"  first paint: {painted(page, temporary / f'profile-{folder.name}')}", flush=True)


def painted(page: Path, profile: Path) -> str:
    """Describe the median milliseconds from opening the page to its first paint, and to the whole page.

    If no browser is installed, say so instead.
    """
    sys.path.append(str(ROOT / "tests"))  # contains the code that starts a browser without a screen
    browser = importlib.import_module("browser")
    if browser.missing():
        return f"not measured, not installed: {browser.missing()}"
    opened = browser.start(profile)
    try:
        browser.resize(opened, 1280)
        found = [_load(opened, page) for _ in range(LOADS)]
    finally:
        opened.quit()
    first, whole = (statistics.median(each) for each in zip(*found, strict=True))
    return f"{first:.0f} ms after the request; the whole page {whole:.0f} ms"


def _load(opened, page: Path) -> tuple[float, float]:
    begin = time.perf_counter()
    opened.get(page.as_uri())
    whole = 1000 * (time.perf_counter() - begin)
    while (first := opened.execute_script(PAINTED)) is None:
        time.sleep(0.01)
    return first, whole


if __name__ == "__main__":
    main()
