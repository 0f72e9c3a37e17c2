"""Turn any notebook into blocks: Markdown, HTML, outputs and exhibits.

To show a new kind of output, add its media type in `notebook`.
"""
