"""Draws the charts anew whenever the documentation is built."""

from pathlib import Path

import burnlib

project = "Team"
exclude_patterns = ["_build"]
html_theme_options = {"page_width": "1000px"}

_here = Path(__file__).parent
_rows = burnlib.load(_here / "daily-burn.json")
burnlib.heatmap(_rows, range="1y").save(_here / "heatmap.svg", compact=True)
burnlib.drivers(_rows).save(_here / "drivers.html")
