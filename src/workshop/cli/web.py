"""Provide the commands `web build` and `web serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workshop.cli.terminal import ContentFolder, clear_messages, out

web = typer.Typer(
    help="Write the workshop as a page that runs in a browser alone, and try it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@web.command(epilog="Example: workshop web build build/web")
def build(
    folder: Annotated[Path, typer.Argument(help="A new folder, or one that was built before.")],
    content: ContentFolder = None,
) -> None:
    """Write a folder of plain files for any web server; answers stay in the browser."""
    from workshop.web.build import build as build_folder

    with clear_messages():
        files = build_folder(folder, content)
    size = sum(files.values()) / 1e6
    out.print(f"{folder}: {len(files)} files, {size:.1f} MB.", soft_wrap=True)
    out.print(f"Try it:  workshop web serve {folder}", soft_wrap=True)


@web.command(epilog="Example: workshop web serve build/web")
def serve(
    folder: Annotated[Path, typer.Argument(help="A folder that was built.")],
    port: Annotated[
        int, typer.Option(min=1, max=65000, help="The first free one from here.")
    ] = 8720,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
) -> None:
    """Serve a built folder on this computer only."""
    import webbrowser

    from workshop.web.serving import serve as serve_folder

    def show(address: str) -> None:
        out.print(f"Open {address}", soft_wrap=True)
        out.print("Only this computer reaches it. Ctrl-C stops it.", soft_wrap=True)
        if not no_browser:
            webbrowser.open(address)

    with clear_messages():
        serve_folder(folder, port, show)
