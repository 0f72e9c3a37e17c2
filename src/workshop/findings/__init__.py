"""Turn answers into an `Assessment`, with pure functions.

There is no clock, no file and no widget here. `situation` joins what single parts of the answers
say (`ownership`, `oncall`, `handoffs`, `votes` and so on); `patterns/` judges the four patterns and
advises; `rules/` has the findings that combine answers; `assessment` puts all together, and
`output/` gives it out. To add a rule: a function in the module of its part under
`rules/`, its words in `content/rules/`, and answers with and without the finding in
`tests/rules/<rule id>.yaml`.
"""

from workshop.findings.assessment import Assessment, assess
from workshop.findings.finding import Finding

__all__ = ["Assessment", "Finding", "assess"]
