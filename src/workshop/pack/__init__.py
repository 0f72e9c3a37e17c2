"""Turn executed notebooks into one document, on paper and on screen.

Any notebook works: Markdown, outputs and exhibits are turned into the same blocks, and the
renderers of `exhibits` draw them. To show a new kind of output, add its media type in `outputs`.
"""
