# %% [markdown]
# # Where the tokens went

# %%
import burnlib

rows = burnlib.load("daily-burn.json")

# %%
burnlib.heatmap(rows, range="1y")

# %% [markdown]
# A cell shows what it ends with. `display` shows several charts of one cell.

# %%
from IPython.display import display

display(burnlib.trend(rows), burnlib.drivers(rows))

# %%
burnlib.page(rows)
