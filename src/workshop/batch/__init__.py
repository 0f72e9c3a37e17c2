"""Make many packs at once, resumably, and one portfolio of them.

`source` reads groups of teams from a folder, a table or sessions; `job` makes one pack, in any
process; `engine` passes jobs to an executor, keeps the ledger and writes the portfolio. To run a
batch on other machines, write a class like those in `workers` around another executor.
"""
