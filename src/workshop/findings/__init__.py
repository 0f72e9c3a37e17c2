"""Turn answers into an `Assessment`, with pure functions.

There is no clock, no file and no widget here. `verdicts` judges the four patterns by criteria that
are data, `recommendation` settles contests, `tipping` finds where the advice changes, `rules/` has
the findings that combine answers. To add a rule: a function in the module of its part under
`rules/`, its words in `content/rules/`, and answers with and without the finding in
`tests/rules/<rule id>.yaml`.
"""

from workshop.findings.assessment import Assessment, assess
from workshop.findings.finding import Finding

__all__ = ["Assessment", "Finding", "assess"]
