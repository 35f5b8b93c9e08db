"""The same things one by one: pandas frames and matplotlib figures, and the terminal's short version."""

import re
import shutil
import subprocess

import pandas as pd
import pytest
from markupsafe import escape
from matplotlib.figure import Figure

import suite
from suite import report
from suite.errors import RequestError
from suite.report.tables import Table, as_latex, as_markdown
from suite.text import latex

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def results(tmp_path_factory, records):
    tasks = ("speech-like", "sentiment-like", "sp500-return", "adding-50")
    folder = records.write_study(tmp_path_factory.mktemp("study"), 24, 5, tasks)
    records.write_experiment(folder, tasks=list(tasks), trials=24, best_of=4)
    return suite.load(folder)


@pytest.fixture(scope="module")
def lines(results):
    """What `suite report` prints."""
    return report.publish(results.store.root)[1]


def test_two_architectures_are_compared_task_by_task(results):
    found = results.compare("gru", "simple-rnn")
    assert list(found["task"]) == results.task_names
    assert (found["n"] == 24).all()
    other = results.compare("simple-rnn", "gru")
    assert list(other["difference"]) == pytest.approx(list(-found["difference"]))
    assert list(other["low"]) == pytest.approx(list(-found["high"]))
    best = dict(zip(found["task"], found["verdict"], strict=True))
    assert best["adding-50"] == "better" and dict(zip(other["task"], other["verdict"], strict=True))["adding-50"] == "worse"  # fmt: skip # noqa: E501
    with pytest.raises(RequestError, match="no architecture 'grus'"):
        results.compare("grus", "lstm")


def test_claims_and_summary_are_frames(results):
    assert {"id", "verdict", "effect"} <= set(results.claims().columns)
    assert isinstance(results.summary(), pd.DataFrame)


def test_a_plot_without_anything_to_draw_says_so(results):
    with pytest.raises(ValueError, match="nothing to draw for `confusions`"):
        results.plot.confusions()


def test_the_short_version_has_answer_claims_and_scores(lines):
    assert "Sp500 return: no network beats the trivial baseline (mean)." in lines
    assert "What to use:" in lines and "Claims:" in lines
    assert any(line.startswith("memory: ") and "beat the trivial baseline (mean)" in line for line in lines)
    row = next(line for line in lines if line.startswith("  Speech like "))
    assert "accuracy, best of 4 trials" in row
    assert any(line.startswith("This study can find differences between two architectures above") for line in lines)


def test_leads_on_one_task_are_in_points_of_its_metric(lines):
    place = next(place for place, line in enumerate(lines) if line.startswith("speech:"))
    assert "points of accuracy" in lines[place + 1] and lines[place + 1].startswith("  lstm beats simple-rnn by")


def test_latex_is_inert_and_has_the_rules_of_booktabs():
    assert latex(r"50 % of $x_1$ & #\{~^") == r"50 \% of \$x\_1\$ \& \#\textbackslash{}\{\textasciitilde{}\textasciicircum{}"  # fmt: skip # noqa: E501
    text = as_latex(Table("one_two", "100 %", ("a & b", "c"), [["$", "\\end{table}"]]))
    assert [rule for rule in ("toprule", "midrule", "bottomrule") if f"\\{rule}" in text] == ["toprule", "midrule", "bottomrule"]  # fmt: skip # noqa: E501
    assert r"\$ & \textbackslash{}end\{table\} \\" in text
    assert r"\caption{100 \%}" in text and r"\label{tab:one-two}" in text


HOSTILE = (
    "\\end{table}\\input{/etc/passwd}<'\"&%_$x^2$~#{}[*] \x00\x1b \u05de\u202e \u4efb é ß “q” \u2264 \u221e \u2192"
)


def test_latex_has_nothing_that_a_plain_latex_cannot_set():
    text = latex(HOSTILE)
    bare = re.sub(r"\\beyond\{.\}", "", text)
    assert bare.encode("latin-1", "replace").decode("latin-1") == bare
    assert "\\beyond{\u4efb}" in text and "é ß ``q''" in text


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
def test_latex_compiles_whatever_a_task_is_called(tmp_path):
    table = Table("hostile & x", HOSTILE, ("Task", f"[{HOSTILE}"), [[HOSTILE, "[1] x"], ["* star", "\\\\ new"]])
    (tmp_path / "table.tex").write_text(as_latex(table), encoding="utf-8")
    page = r"\documentclass{article}\usepackage{booktabs}\begin{document}\input{table}\end{document}"
    (tmp_path / "page.tex").write_text(page)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-2000:]


def test_markdown_rows_stay_rows():
    text = as_markdown(Table("t", "A | caption", ("a|b",), [["x\ny | z"]]))
    assert text.splitlines()[0] == r"| a\|b |"
    assert text.splitlines()[2] == r"| x y \| z |"


def test_results_say_what_they_hold(tmp_path, records):
    folder = records.write_study(tmp_path, 1, 2, ("adding-50", "speech-like"))
    records.write(folder, records.failed("adding-50", "gru", "final", 1, "killed", "the worker process died"))
    assert repr(suite.load(folder)) == "<Results of 'quick': 2 tasks, 3 architectures and 18 runs, 1 failed>"


def test_a_figure_is_a_matplotlib_figure_and_a_picture_of_its_size_on_a_screen(results):
    figure = results.plot.scores("adding-50")
    assert isinstance(figure, Figure) and figure.axes
    png, size = figure._repr_png_()
    assert png.startswith(b"\x89PNG")
    assert size == {"width": round(96 * figure.get_figwidth()), "height": round(96 * figure.get_figheight())}


class TestCard:
    def test_it_shows_the_answer_and_a_described_figure_without_other_files(self, results, lines):
        html = results._repr_html_()
        assert lines[0].endswith(".") and f"<p>{escape(lines[0])}</p>" in html
        (picture,) = re.findall(r"<img [^>]*>", html)
        assert re.search(r'src="data:image/png;base64,[\w+/=]+" width="\d+" alt="\w.*\."', picture)
        assert re.findall(r'(?:src|href)="(?!data:)', html) == []

    def test_names_cannot_act_as_markup(self, tmp_path, records):
        folder = records.write_study(tmp_path, 24, 3, ("adding-50",))
        records.write_task(folder, "adding-50", title='"><img src=x onerror=alert(1)> <script>')
        html = suite.load(folder)._repr_html_()
        assert html.count("&#34;&gt;&lt;img src=x onerror=alert(1)&gt; &lt;script&gt;") == 2
        assert re.findall(r"<(\w+)", html) == ["div", "p", "b", "p", "img"]

    def test_results_without_runs_have_no_figure(self, tmp_path, records):
        records.write_experiment(tmp_path)
        html = suite.load(tmp_path)._repr_html_()
        assert "0 runs" in html and "<img" not in html
