"""Printed material: what lies on the tables and hangs on the walls of a workshop.

`make` prints what is asked for. `material` gathers its words from the content
as plain data, and a Typst template that sets them; `press` joins the two. `common.typ` holds what
all share: text that shrinks before it would be cut, lines to write on, marks for cutting.

To add something: a function that takes an `Order` and returns a PDF, a template,
the words in `content/words/printed.yaml`, and a line in `make.MATERIAL`.
"""
