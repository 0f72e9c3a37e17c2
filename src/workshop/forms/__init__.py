"""Describe what a workshop asks, for notebook, room and print alike.

Fields of questions, polls, and the agenda with its timer are plain objects. They are pure: they get
the time as an argument and read no clock. To add a block to the agenda, add it to
`content/agendas.yaml`.
"""
