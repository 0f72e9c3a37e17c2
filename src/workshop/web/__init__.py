"""The workshop in a browser, without a server and without an installation.

`build` writes a folder of plain files: a page, Python compiled for browsers, and the kit. `walk` is
what runs there: the notebooks, question by question, on a session that the browser keeps.
"""
