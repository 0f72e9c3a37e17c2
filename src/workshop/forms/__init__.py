"""Forms: what a workshop asks, as plain objects for notebook, room and print alike.

Fields of questions, what can be put to the vote, the agenda and its timer. All of them are pure:
they are handed the moment, and read no clock of their own. To add a block to the agenda, add it
to `content/agendas.yaml`.
"""
