"""Claims: turn records into verdicts. A claim is data, a registered statistic decides it, and `judge` applies both."""

from suite.claims.claim import Claim, Part, claim
from suite.claims.judge import Judgement, judge
from suite.claims.scope import Scope
from suite.claims.statistic import statistic

Verdict = Judgement  # the public name of the class

__all__ = ["Claim", "Part", "Scope", "Verdict", "claim", "judge", "statistic"]
