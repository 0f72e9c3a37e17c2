"""What the kit knows: data files only, no code.

A file per kind of item (`patterns.yaml`, `drills.yaml`, …), folders for what is long (`criteria/`,
`rules/`, `words/`). Shapes: the classes in `workshop.model.content`. Every item names its sources.
"""
