"""Batch: many packs at once, resumable, and one portfolio over them.

`source` reads groups of teams from a folder, a table or sessions; `job` makes one pack, in any
process; `engine` hands jobs to an executor, keeps the ledger and writes the portfolio. To run a
batch on other machines, write a class like those in `workers` around another executor.
"""
