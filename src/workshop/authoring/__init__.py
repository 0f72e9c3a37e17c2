"""Start a folder of own content, and check that it is complete.

`check` checks single entries, thresholds, what the rule set can conclude, and whether everything
can be drawn; `translation` checks sentences and placeholders, and writes a folder to begin with;
`wording` finds words that the vocabulary does not use. `parameters` writes the notebooks' cells of
parameters (`make schemas`). To add a check: a function that yields a `Problem` for each thing to
mend, called in `check`.
"""
