"""Show all groups of a batch together: page, PDF, table and data.

`record` is the shape of what is kept, and makes one group's record from its assessment, in the
process that made the pack; `gathering` counts over all groups and `changes` compares two batches,
both without words; `front` and `sections` put it into blocks, with the names and numbers of
`formatting`; `files` writes. To add a section: count in `gathering`, describe it in `sections`, and
list it in `files.SECTIONS`.

There is no score and no ranking: groups are in order of name. Teams that are ranked by their
answers answer better, not differently, and the answers are all that this has.
"""

from workshop.portfolio.files import read_portfolio, write_portfolio
from workshop.portfolio.record import Failed, summarise

__all__ = ["Failed", "read_portfolio", "summarise", "write_portfolio"]
