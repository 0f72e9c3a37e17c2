"""Kernels that start at once, each one fresh.

A kernel provisioner for Jupyter and the process it forks kernels from, nothing else: no rules,
no content, no notebooks. What belongs here serves any Python notebook. To have one more library
ready in every kernel, add it to ``PRELOAD`` in ``zygote.py`` (or name it in the environment
variable ``WORKSHOP_PRELOAD``).

``warm_up()`` starts the imports in the background; call it as early as a command can.
"""

from workshop.kernels.forkserver import stop, warm_up

__all__ = ["stop", "warm_up"]
