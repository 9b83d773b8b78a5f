"""Charts in marimo. Start it with: marimo run marimo_notebook.py"""

import marimo

app = marimo.App()


@app.cell
def _():
    import burnlib

    rows = burnlib.load("daily-burn.json")
    return burnlib, rows


@app.cell
def _(burnlib, rows):
    burnlib.heatmap(rows, range="1y")


if __name__ == "__main__":
    app.run()
