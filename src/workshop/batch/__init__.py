"""Make many packs at once, resumably, and one portfolio of them.

`source` reads groups of teams from a folder, a table or sessions; `engine` makes the packs with an
executor, keeps the ledger and writes the portfolio. To run a batch on other machines, write a class
like `LocalWorkers` or `DaskWorkers` in `engine` around another executor.
"""
