"""Portfolio: all groups of a batch on one page, in one PDF, in a table and as plain data.

`record` is the shape of what is kept, and makes one group's record from its assessment, in the
process that made the pack; `gathering` counts over all groups and `changes` compares two batches,
both without words; `front` and `sections` say it in blocks, with the names and numbers that
`formatting` gives them; `files` writes. To add a section: count in `gathering`, say it in
`sections`, and list it in `files.SECTIONS`.

No score and no order of merit: groups stand by name. Teams that are ranked by their answers
answer better, not differently, and the answers are all that this has.
"""

from workshop.portfolio.files import read_portfolio, write_portfolio
from workshop.portfolio.record import Failed, summarise

__all__ = ["Failed", "read_portfolio", "summarise", "write_portfolio"]
