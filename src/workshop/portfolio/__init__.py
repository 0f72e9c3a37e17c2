"""Show all groups of a batch together: page, PDF, table and data.

`record` is the shape of what is kept: it makes one group's record from its assessment, in the
process that made the pack. `frames` gives all records to pandas; with its frames `gathering` groups
and counts, and `changes` compares two batches. `pages` puts both into blocks, `files` writes. To
add a section: count in `gathering`, describe it in `pages`, and list it in `files.SECTIONS`.

There is no score and no ranking: groups are in order of name. Teams that are ranked by their
answers answer better, not differently, and the answers are all that this has.
"""

from workshop.portfolio.files import write_portfolio
from workshop.portfolio.record import Failed, read_portfolio, summarise

__all__ = ["Failed", "read_portfolio", "summarise", "write_portfolio"]
