"""Documents: blocks, and how screen, paper, slides and office programs show them.

Nothing here knows the domain. `blocks` is the vocabulary; `html`, `paper`, `text`, `slides` and
`office` each draw all of it; `exhibit` is the value that a notebook cell shows; `notebooks` turns
any notebook into blocks; `theme` is the one place for colours, marks and labels. To add a kind of
block: a class in `blocks.py`, and a branch in each renderer; a test holds that none is left out.
"""
