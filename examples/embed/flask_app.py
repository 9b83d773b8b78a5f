"""Charts in a Jinja template. Start it with: flask --app flask_app run"""

import burnlib
from flask import Flask, render_template_string

PAGE = """<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width">
<title>Team</title>
<h1>Burn of the team</h1>
{{ heatmap }}
{{ table }}
</html>
"""
app = Flask(__name__)


@app.get("/")
def home():
    rows = burnlib.load("daily-burn.json")
    heatmap, table = burnlib.heatmap(rows, range="1y"), burnlib.table(rows)
    return render_template_string(PAGE, heatmap=heatmap, table=table)


@app.after_request
def forbid_everything_else(response):
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response
