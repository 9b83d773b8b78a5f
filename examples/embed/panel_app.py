"""Charts in Panel. Start it with: panel serve panel_app.py"""

import burnlib
import panel as pn

rows = burnlib.load("daily-burn.json")


def heatmap(span):
    return pn.pane.HTML(burnlib.heatmap(rows, range=span))


span = pn.widgets.Select(label="Range", options=["90d", "180d", "1y"], value="180d")
app = pn.Column(
    "# Burn of the team",
    span,
    pn.bind(heatmap, span),
    pn.pane.HTML(burnlib.drivers(rows)),
)
app.servable()
