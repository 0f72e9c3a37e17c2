"""Turn executed notebooks into one document, on paper and on screen.

`build` runs the notebooks and writes the files; `merge` joins their blocks into three editions;
`summary` writes the board edition as slides, and `guide` the notebooks with the facilitator's
notes; `own` finds what a team wrote into its own notebooks. Blocks, and what draws them, are in
`workshop.documents`. To write another format: a function in `build`, and its name in `Format`.
"""
