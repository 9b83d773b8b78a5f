"""A chart above a plot of one's own, in one picture."""

import burnlib
from matplotlib.figure import Figure

rows = burnlib.load("daily-burn.json").last("1y")

figure = Figure(figsize=(10, 6), layout="constrained")
above, below = figure.subplots(2)
burnlib.heatmap(rows, range="1y").draw(above)
below.plot([row.date for row in rows], [row.exact for row in rows])
below.set_ylabel("measured tokens")
figure.savefig("both.png", dpi=150)
