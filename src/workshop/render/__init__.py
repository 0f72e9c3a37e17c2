"""Blocks, and how screen, paper and terminal draw them. Nothing here knows the domain.

`blocks` is the vocabulary; `html`, `paper` and `text` each draw all of it; `exhibit` is the value
that a notebook cell shows; `drawing` is the one theme of all pictures. To add a kind of block: a
class in `blocks.py`, and a branch in each of the three renderers; a test holds that none is left
out.
"""
