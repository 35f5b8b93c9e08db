"""The report's page in a real browser, made from the records of a real run."""

import contextlib
import io
import json

import browser as chromium
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from suite import report
from suite.cli import main
from suite.report.scores import matrix
from suite.results.results import load

pytestmark = [
    pytest.mark.training,
    pytest.mark.skipif(bool(chromium.missing()), reason=f"not installed: {chromium.missing()}"),
]

EXPERIMENT = '''"""Two architectures on a little of everything."""
from suite import Experiment

experiment = Experiment(tasks=["speech-like", "adding-10", "adding-20"],
                        architectures=["simple-rnn", "gru"], trials=2, epochs=1, patience=1, seeds=2, weights=100,
                        examples=64, search_space={"depth": [1], "batch_size": [32]})
'''
# the window may be wider than a phone, what is read may not
OVERFLOWING = """
return [...document.querySelectorAll("body *")].filter((one) =>
  !one.closest(".scroll, svg, .skip, [hidden]") && one.getBoundingClientRect().right > innerWidth + 1
).map((one) => one.outerHTML.slice(0, 120));
"""
EMPTY_FIGURES = """
document.querySelectorAll("details").forEach((one) => { one.open = true; });
return [...document.querySelectorAll("figure")].filter((one) => {
  const svg = one.querySelector("svg");
  const box = svg && svg.getBoundingClientRect();
  const drawn = svg && svg.querySelectorAll("path, use, image").length;
  return !svg || box.width < 150 || box.height < 80 || drawn < 5 || !one.querySelector("[role=img]").ariaLabel;
}).map((one) => one.id);
"""
AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then((found) => done(found.violations
  .filter((one) => ["serious", "critical"].includes(one.impact))
  .map((one) => one.id + ": " + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | "))));
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory, one_draw):
    """The results of a real run."""
    place = tmp_path_factory.mktemp("page")
    (place / "tiny.py").write_text(EXPERIMENT)
    with contextlib.chdir(place), contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(["run", "tiny.py", "--workers", "0"]) == 0
    told = out.getvalue().splitlines()
    assert told[-1] == "report: results/tiny/report/index.html"
    assert any(line.startswith("Scores (") for line in told)
    return place / "results" / "tiny"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    opened = chromium.start(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.quit()


@pytest.fixture
def page(browser, folder):
    """The page, newly opened in a wide window."""
    chromium.resize(browser, 1280)
    chromium.prefer(browser, "light")
    browser.get((folder / "report" / "index.html").as_uri())
    return browser


def rows(page):
    """The tasks that the table of scores shows, in order."""
    shown = page.find_elements(By.CSS_SELECTOR, "#scores-table tbody tr")
    return [row.get_attribute("data-task") for row in shown if row.is_displayed()]


def heading(page, words):
    return next(one for one in page.find_elements(By.CSS_SELECTOR, "#scores-table thead th") if one.text.startswith(words))  # fmt: skip # noqa: E501


def cell(page, task, architecture):
    return page.find_element(By.CSS_SELECTOR, f"tr[data-task='{task}'] td[data-name='{architecture}'] .score, tr[data-task='{task}'] td[data-name='{architecture}']")  # fmt: skip # noqa: E501


def test_nothing_is_asked_of_a_network_and_nothing_fails(page):
    asked = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    requests = [one["params"]["request"]["url"] for one in asked if one["method"] == "Network.requestWillBeSent"]
    own = [url for url in requests if not url.startswith(("data:", "chrome"))]
    assert own and {url.partition("#")[0] for url in own} == {page.current_url.partition("#")[0]}
    assert page.get_log("browser") == []


@pytest.mark.parametrize(("column", "keyed"), [("Task", False), ("GRU", True)])
def test_a_table_sorts_by_a_column_both_ways(page, folder, column, keyed):
    entries = [(row.task, entry) for row in matrix(load(folder)) for entry in row.entries]
    values = {task: entry.value for task, entry in entries if entry.architecture == "gru"}
    expected = sorted(values) if column == "Task" else sorted(values, key=values.get)
    for way, order in (("ascending", expected), ("descending", expected[::-1])):
        button = heading(page, column).find_element(By.TAG_NAME, "button")
        button.send_keys(Keys.ENTER) if keyed else button.click()
        assert heading(page, column).get_attribute("aria-sort") == way
        assert rows(page) == order


def test_filters_leave_the_matching_rows(page):
    Select(page.find_element(By.ID, "family")).select_by_value("memory")
    assert rows(page) == ["adding-10", "adding-20"]
    page.find_element(By.ID, "task").send_keys("(20 steps")  # by what people read, or by the id
    assert rows(page) == ["adding-20"]
    assert page.find_element(By.ID, "shown").text == "1 of 3 tasks shown"
    shown = [one for one in page.find_elements(By.CSS_SELECTOR, "details.task") if one.is_displayed()]
    assert [one.get_attribute("data-task") for one in shown] == ["adding-20"]
    page.find_element(By.CSS_SELECTOR, "#architectures input[value=gru]").click()
    assert [one.is_displayed() for one in page.find_elements(By.CSS_SELECTOR, "[data-architecture=gru]")] == [False] * 4


def test_another_metric_and_skill_change_the_cells_and_the_way_back_restores_them(page, folder):
    before = page.find_element(By.ID, "scores-table").text
    Select(page.find_element(By.ID, "metric")).select_by_value("mae")
    found = load(folder).metrics.query("task == 'adding-10' and architecture == 'gru' and metric == 'mae'")
    text = cell(page, "adding-10", "gru").text
    assert float(text.split(" ")[0]) == pytest.approx(found["score"].mean(), rel=0.2)
    shown, *notes = cell(page, "speech-like", "gru").text.splitlines()
    assert shown == "—"
    assert not any("skill" in note for note in notes)
    assert "mae, lower is better" in page.find_element(By.CSS_SELECTOR, "tr[data-task='adding-10'] .scale").text
    page.find_element(By.CSS_SELECTOR, "[name=unit][value=skill]").click()
    assert "higher is better" in page.find_element(By.CSS_SELECTOR, "tr[data-task='adding-10'] .scale").text
    page.find_element(By.CSS_SELECTOR, "[name=unit][value=score]").click()
    Select(page.find_element(By.ID, "metric")).select_by_value("")
    assert page.find_element(By.ID, "scores-table").text == before


def test_every_figure_is_visible_and_not_empty(page):
    assert page.execute_script(EMPTY_FIGURES) == []
    assert len(page.find_elements(By.TAG_NAME, "figure")) > 20


def test_tasks_fold_and_unfold(page):
    button = page.find_element(By.CLASS_NAME, "fold")
    for expected in (False, True):
        button.click()
        opened = {one.get_attribute("open") is not None for one in page.find_elements(By.CSS_SELECTOR, "details.task")}
        assert opened == {expected}


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_first_figure_is_above_the_fold(page, width, height):
    chromium.resize(page, width, height)
    seen = "const box = document.querySelector(arguments[0]).getBoundingClientRect(); return [box.top, box.bottom];"
    top, bottom = page.execute_script(seen, "#overview svg")
    assert 0 <= top < bottom <= height
    assert page.execute_script("return document.documentElement.scrollWidth") <= width


def test_a_mark_of_the_first_figure_says_its_value_under_the_mouse(page):
    titles = page.execute_script(
        "return [...document.querySelectorAll('#overview title')].map((one) => one.textContent)"
    )
    assert sum("skill" in one for one in titles) >= 6


def test_every_mark_of_every_figure_has_a_text(page):
    bare = """return [...document.querySelectorAll('figure svg [id*=PathCollection] use')].filter((one) =>
      one.getBoundingClientRect().width > 3 && !one.querySelector('title')).length"""
    assert page.execute_script(bare) == 0
    assert page.execute_script("return document.querySelectorAll('figure svg use title').length") > 50


@pytest.mark.parametrize("width", [390, 1280])
def test_bars_are_beside_their_numbers_and_options_are_not_broken(page, width):
    chromium.resize(page, width)
    page.execute_script("document.querySelectorAll('details').forEach((one) => { one.open = true; });")
    wide = "return [...document.querySelectorAll('td .bar')].map((one) => one.getBoundingClientRect().width)"
    assert all(one >= 60 for one in page.execute_script(wide))
    broken = "return [...document.querySelectorAll('.whole')].filter((one) => one.getClientRects().length > 1).length"
    assert page.execute_script(broken) == 0


def test_figures_follow_the_dark_mode(page):
    ink = "return getComputedStyle(document.querySelector('#overview text')).fill"
    light = page.execute_script(ink)
    chromium.prefer(page, "dark")
    assert page.execute_script(ink) != light


@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_overflows(page, width):
    chromium.resize(page, width)
    page.execute_script("document.querySelectorAll('details').forEach((one) => { one.open = true; });")
    assert page.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    assert page.execute_script(OVERFLOWING) == []


@pytest.mark.skipif(not chromium.AXE.is_file(), reason="axe-core is not there: npm install --no-save axe-core")
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "dark")])
def test_axe_finds_no_serious_violation(page, width, scheme):
    chromium.resize(page, width)
    chromium.prefer(page, scheme)
    page.execute_script("document.querySelectorAll('details').forEach((one) => { one.open = true; });")
    page.execute_script(chromium.AXE.read_text(encoding="utf-8"))
    assert page.execute_async_script(AXE) == []


def test_without_javascript_all_is_there_and_nothing_asks_for_it(page, folder):
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.get((folder / "report" / "index.html").as_uri())
        text = page.find_element(By.TAG_NAME, "main").text
    finally:
        page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "The answer" in text and "adding-20" in text
    assert not page.find_element(By.CSS_SELECTOR, ".tools").is_displayed()


def test_on_paper_everything_is_unfolded(page):
    page.execute_script("document.querySelectorAll('details').forEach((one) => { one.open = false; });")
    page.execute_script("dispatchEvent(new Event('beforeprint'));")
    assert page.find_elements(By.CSS_SELECTOR, "details:not([open])") == []
    page.execute_script("dispatchEvent(new Event('afterprint'));")
    assert len(page.find_elements(By.CSS_SELECTOR, "details:not([open])")) > 5


def test_hostile_records_run_nothing_in_the_browser(page, tmp_path, records):
    evil = "a<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">'\"&%_$"
    folder = records.write_study(tmp_path, 1, 2, ("speech-like",))
    records.write_task(folder, "speech-like", description=evil, family=evil, baseline=evil, source=evil)
    records.write(folder, records.failed("speech-like", "gru", "final", 1, "error", evil))
    page.get(report.write(folder).as_uri())
    assert page.title.endswith("Sequence Suite")
    assert evil in page.find_element(By.ID, "done").text
    assert page.get_log("browser") == []
