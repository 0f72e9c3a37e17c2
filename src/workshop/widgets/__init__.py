"""Ask for answers in any notebook, and show what follows from them.

>>> from workshop import widgets
>>> form = widgets.StepForm("size", {"model_teams": 6, "ml_engineers": 20})
>>> widgets.RecommendationCard(form).patterns
['federated']

Each is a `VBox`: it has `layout`, fits into other boxes and tabs, and can be linked and observed.
`value` is a mapping of answers as in an answers file, so that `Answers.from_parameters` reads it; a
form's value has the answers that it asks for, a card's all of them. Setting a value gives those
answers; a wrong one is refused with the reason. `disabled` stops input on the screen.

The first argument is the source: nothing, answers, or an assessment, which are kept in memory; a
session, whose answers are saved as they are given; or another widget, with which everything is
shared. A widget that is saved in a notebook shows its state when the notebook is opened again.

To add one, write a class in `kinds` that names its steps and what it shows. A step of ordinary
questions is an entry in `content/steps.yaml`; another kind of step is a class like `Drills` in
`steps`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workshop.widgets.kinds import (
        OwnershipLedger,
        PagerDrill,
        PatternComparison,
        RecommendationCard,
        StepForm,
        ValueStream,
        VoteResult,
        WhatIf,
    )

__all__ = [
    "OwnershipLedger",
    "PagerDrill",
    "PatternComparison",
    "RecommendationCard",
    "StepForm",
    "ValueStream",
    "VoteResult",
    "WhatIf",
]

if not TYPE_CHECKING:  # else any misspelt name would pass for one that is here

    def __getattr__(name: str) -> object:
        """Import a widget when it is first used; the steps alone need no ipywidgets."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        kinds = import_module("workshop.widgets.kinds")
        return globals().setdefault(name, getattr(kinds, name))
