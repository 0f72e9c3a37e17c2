"""Own content: begun from the kit's, and proved whole before anybody relies on it.

`check` looks at single entries, thresholds, what the rule set can come to, and whether everything
can be drawn; `translation` at sentences and placeholders; `starter` writes a folder to begin with.
To add a check: a function that yields a `Problem` for each thing to mend, called in `check`.
"""
