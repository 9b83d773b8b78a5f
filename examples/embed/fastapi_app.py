"""A page, and a picture at an address of its own. Start it with: uvicorn fastapi_app:app"""

import burnlib
from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse

app = FastAPI()


@app.get("/", response_class=HTMLResponse)
def page() -> str:
    return burnlib.page(burnlib.load("daily-burn.json")).html()


@app.get("/burn.svg")
def picture(days: int = 365, theme: str = "auto") -> Response:
    rows = burnlib.load("daily-burn.json")
    try:
        svg = burnlib.heatmap(rows, range=f"{days}d").svg(theme=theme, compact=True)
    except burnlib.errors.InvalidInput as error:
        return Response(str(error), status_code=422, media_type="text/plain")
    return Response(svg, media_type="image/svg+xml")
