"""Run the workshop in a browser, without a server and without an installation.

`build` writes a folder of plain files (a page, Python compiled for browsers, the kit), and serves
it on this computer for a try. `walk` is what runs there: the notebooks, question by question, on a
session that the browser keeps.
"""
