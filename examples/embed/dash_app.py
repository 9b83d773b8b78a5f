"""Charts in Dash. Start it with: python dash_app.py"""

import burnlib
from dash import Dash, Input, Output, dcc, html

rows = burnlib.load("daily-burn.json")

app = Dash(__name__)
app.layout = html.Div(
    [
        html.H1("Burn of the team"),
        dcc.Dropdown(["90d", "180d", "1y"], "180d", id="span", clearable=False),
        html.Img(id="heatmap"),
        html.Iframe(
            srcDoc=burnlib.page(rows).html(),
            sandbox="",
            style={"width": "100%", "height": "80vh", "border": 0},
        ),
    ]
)


@app.callback(Output("heatmap", "src"), Output("heatmap", "alt"), Input("span", "value"))
def draw(span):
    chart = burnlib.heatmap(rows, range=span)
    return chart.data_uri(theme="light"), chart.alt


if __name__ == "__main__":
    app.run()
