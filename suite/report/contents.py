"""Contents: the sections of the report in order, and the tables that the report also writes as files."""

from suite.report.across_tasks import across_tasks
from suite.report.claims import claims, verdicts
from suite.report.comparisons import comparisons
from suite.report.costs import cost, costs
from suite.report.explanations import explanations
from suite.report.glance import glance
from suite.report.headline import answer, recommendations
from suite.report.leak_demonstrations import leaks
from suite.report.protocol import protocol
from suite.report.scores import scores, scores_table
from suite.report.sources import sources
from suite.report.task_section import tasks
from suite.report.tuning import configurations, gains, importances, search
from suite.report.variance import centres, noise

SECTIONS = (glance, answer, claims, scores, across_tasks, tasks, search, cost, protocol, leaks)
TABLES = (
    verdicts, scores_table, recommendations, comparisons, costs, configurations, importances, gains, centres, noise,
    sources, explanations,
)  # fmt: skip
