"""A workshop kit with which a leadership team decides who owns its machine-learning work.

The three names most people need: `Answers`, what a team told; `assess`, what follows from it;
`load_content`, what the kit knows.
"""

from workshop.findings import Assessment, assess
from workshop.model import Answers, Content, InputError, load_content

__version__ = "0.1.0"
__all__ = ["Answers", "Assessment", "Content", "InputError", "assess", "load_content"]
