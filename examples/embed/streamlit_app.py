"""Charts beside Streamlit's own controls. Start it with: streamlit run streamlit_app.py"""

import burnlib
import streamlit as st

rows = burnlib.load("daily-burn.json")

st.title("Burn of the team")
span = st.selectbox("Range", ["90d", "180d", "1y"], index=1)

heatmap = burnlib.heatmap(rows, range=span)
st.image(heatmap.svg(), caption=heatmap.alt)
st.html(burnlib.table(rows, range=span).html())
st.iframe(burnlib.page(rows).html(), height=800)
