"""Read, check and overlay the YAML files that hold what the kit knows.

Every word that a reader sees is in these files and never in code. To add a kind of item: a class in
`items.py`, its field in `Content` (`loader.py`) and its file in `LAYOUT`.
"""

from workshop.content.loader import Content, load_content

__all__ = ["Content", "load_content"]
