"""Imported once, by the process that local workers are forked from, and so by none of them."""

from workshop import run  # first: it spares the others a slow import
from workshop.batch import job
from workshop.model.content import load_content
from workshop.pack import build, exporters, page
from workshop.render import paper

__all__ = ["build", "exporters", "job", "page", "paper", "run"]

load_content()
