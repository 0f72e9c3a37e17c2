"""Agendas: how the minutes of a workshop are planned, shown, and followed while it runs.

`plan` makes an agenda from the content's timings, `sheet` lays it out to be printed, `clock` says
from what happened which block runs and what is left. All of them are pure: they are handed the
moment, and read no clock of their own. To add a block, add it to `content/agendas.yaml`.
"""
