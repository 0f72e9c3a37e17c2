"""Provide the `workshop` command: parse, call one function, print."""

from workshop.cli.commands import main

__all__ = ["main"]
