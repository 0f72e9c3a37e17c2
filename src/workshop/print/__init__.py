"""Print the material for tables and walls of a workshop.

`make` prints what is asked for. `material` collects the words from the content as plain data, and a
Typst template sets them; `runsheet` does so for the facilitator's run sheet. `common.typ` has what
all templates share: text that shrinks before it would be cut off, lines to write on, marks for
cutting.

To add something: a function that takes an `Order` and returns a PDF, a template, the words in
`content/words/printed.yaml`, and a line in `make.MATERIAL`.
"""
