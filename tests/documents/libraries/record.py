"""Run a small notebook for each library whose outputs people print, and keep what it shows.

The notebooks beside this file are what it wrote; their metadata names the versions. To renew them,
install the libraries of `NOTEBOOKS` and nbclient into an environment of their own, and run
``python tests/documents/libraries/record.py``.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

FRAME = """\
import pandas as pd
waiting = pd.DataFrame({'stage': ['data', 'model'], 'touch': [3, 4], 'wait': [9, 0]})"""
NOTEBOOKS = {
    "altair": [
        f"import altair as alt\n{FRAME}",
        "alt.Chart(waiting).mark_bar().encode(x='stage', y='wait')",
    ],
    "bokeh": [
        "from bokeh.io import output_notebook, show\nfrom bokeh.plotting import figure\n"
        "output_notebook()",
        "drawn = figure(width=200, height=100, title='Waiting')\ndrawn.line([1, 2], [3, 4])\n"
        "show(drawn)",
    ],
    "folium": [
        "import folium\nfolium.Map(location=[52.5, 13.4], zoom_start=11, height=200)",
    ],
    "great-tables": [
        f"from great_tables import GT\n{FRAME}",
        "GT(waiting).tab_header('Waiting days').tab_spanner('Days', ['touch', 'wait'])"
        ".tab_source_note('Measured')",
    ],
    "ipython": [
        "from IPython.display import *\n"
        "display(HTML('<p>One <b>bold</b> word</p>'), Markdown('A *marked* word'))",
        "display(Latex('$a_1$'), Math('b^2'), Pretty('pretty words'))",
        "display(JSON({'teams': 3}), Code('print(1)', language='python'))",
        "display(IFrame('https://example.org/page', 300, 200), YouTubeVideo('abcdefghijk'))",
        "display(Video(url='talk.mp4'), Audio(url='https://example.org/talk.mp3'))",
        "display(Javascript('alert(1)'), ProgressBar(4))",
        "import base64\ndot = base64.b64decode("
        "'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7')\n"
        "Image(dot, format='gif', alt='one dot')",
    ],
    "ipywidgets": [
        "import ipywidgets as widgets\nwidgets.IntSlider(value=3, description='Teams')",
        "widgets.HBox([widgets.Text('Data'), widgets.Button(description='Run')])",
        "held = widgets.Output()\nwith held:\n    print('within')\nheld",
    ],
    "itables": [
        f"import itables\n{FRAME}\nitables.init_notebook_mode(connected=True)",
        "itables.show(waiting)",
    ],
    "matplotlib": [
        "%matplotlib inline\nimport matplotlib.pyplot as plt\n"
        "figure, axes = plt.subplots(figsize=(2, 1), dpi=40)\naxes.bar(['data', 'model'], [3, 4])",
        "import io\nfrom IPython.display import SVG\nheld = io.StringIO()\n"
        "figure.savefig(held, format='svg')\nSVG(held.getvalue())",
    ],
    "pandas": [
        FRAME,
        "waiting",
        "waiting.style.background_gradient(cmap='Blues').set_caption('Waiting')",
        "waiting.pivot_table(index='stage', values=['touch', 'wait'], aggfunc=['sum', 'max'])",
    ],
    "plotly": [
        "import plotly.express as px\nimport plotly.io as pio\n"
        "pio.renderers.default = 'plotly_mimetype+notebook_connected'",
        "px.bar(x=['data', 'model'], y=[3, 4], title='Waiting')",
    ],
    "scikit-learn": [
        "from sklearn.linear_model import LogisticRegression\n"
        "from sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler\n"
        "make_pipeline(StandardScaler(), LogisticRegression())",
    ],
    "sympy": [
        "import sympy\nsympy.init_printing()\nx = sympy.symbols('x')\n"
        "sympy.Integral(sympy.sqrt(1 / x), x)",
        "sympy.Matrix([[1, x], [x ** 2, 4]])",
        "sympy.Piecewise((x, x > 0), (0, True))",
    ],
}
MERMAID = "# mermaid\n\n```mermaid\ngraph LR; data-->model\n```"


def main() -> None:
    folder = Path(__file__).parent
    for name, sources in NOTEBOOKS.items():
        notebook = new_notebook(
            cells=[new_markdown_cell(f"# {name}"), *map(new_code_cell, sources)]
        )
        NotebookClient(notebook, timeout=120).execute()
        _write(notebook, folder / f"{name}.ipynb")
    _write(new_notebook(cells=[new_markdown_cell(MERMAID)]), folder / "mermaid.ipynb")


def _write(notebook: nbformat.NotebookNode, path: Path) -> None:
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata.pop("execution", None)
    recorded = version(path.stem) if path.stem in NOTEBOOKS else ""
    notebook.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "library": f"{path.stem} {recorded}".strip(),
    }
    nbformat.write(notebook, path)


if __name__ == "__main__":
    main()
