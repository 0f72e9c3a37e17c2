"""What opens the notebooks: JupyterLab for a facilitator, Voila for whoever wants to see no code.

A working folder gets the notebooks, a welcome page and a session file; then a server that others
have written is started on it, set up so that it fetches nothing from any network. To change how
JupyterLab looks when it opens, edit `overrides.json`; the look of the pages without code is in
`share/voila/templates/workshop`.
"""
