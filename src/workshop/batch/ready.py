"""Imported once, by the process that local workers are forked from, and so by none of them."""

from workshop.batch import job
from workshop.content.loader import load_content
from workshop.documents import page, paper
from workshop.kernels import engine as run  # first: it spares the others a slow import
from workshop.pack import build, exporters

__all__ = ["build", "exporters", "job", "page", "paper", "run"]

load_content()
