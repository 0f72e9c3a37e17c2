"""Slides for a projector: blocks cut into one idea a slide, with the speaker's notes.

Like the renderers it knows no domain. `reveal/` holds the library that moves between slides,
unchanged, as its makers publish it; nothing is fetched while slides are shown.
"""
