"""Own content: begun from the kit's, and proved whole before anybody relies on it.

`references` looks at single entries, `bands` at the thresholds of criteria, `effects` at what the
rule set can come to, `translation` at sentences and placeholders, `whole` puts it together;
`starter` writes a folder to begin with. To add a check: a function that yields a `Problem` for
each thing to mend, called in `whole`.
"""
