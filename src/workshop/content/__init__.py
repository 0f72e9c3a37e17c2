"""Content: what the kit knows, in YAML files, and how a folder of them is read and checked.

Words that a reader sees stand here and never in code. To add a kind of item: a class in `items.py`,
its field in `Content` (`loader.py`) and its file in `LAYOUT`.
"""

from workshop.content.loader import Content, load_content

__all__ = ["Content", "load_content"]
