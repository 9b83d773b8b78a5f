"""Draw the pictures of a README file and print what to paste into it."""

from html import escape

import burnlib

chart = burnlib.heatmap(burnlib.load("daily-burn.json"), range="1y")
chart.save("burn-light.svg", theme="light", compact=True)
chart.save("burn-dark.svg", theme="dark", compact=True)
chart.save("burn.svg", theme="auto", compact=True)

print(f"""<picture>
  <source media="(prefers-color-scheme: dark)" srcset="burn-dark.svg">
  <img src="burn-light.svg" alt="{escape(chart.alt)}">
</picture>

Or one file for both: <img src="burn.svg" alt="{escape(chart.alt)}">""")
