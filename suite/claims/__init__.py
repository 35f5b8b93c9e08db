"""Claims: records -> verdicts. A claim is data; what decides it is a registered statistic; `judge` applies both."""

from suite.claims.claim import Claim, Part, claim
from suite.claims.judge import Judgement, judge
from suite.claims.scope import Scope
from suite.claims.statistic import statistic

Verdict = Judgement  # its public name

__all__ = ["Claim", "Part", "Scope", "Verdict", "claim", "judge", "statistic"]
