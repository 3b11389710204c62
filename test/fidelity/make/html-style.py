# shows: HTML that styles itself and others: style elements, classes of Bootstrap, fixed positions
# %%
from IPython.display import HTML

HTML("<style>.mine { color: crimson; font-weight: bold }</style><p class='mine'>styled by its own sheet</p>")
# %%
HTML("<p class='mine'>styled by the sheet of the cell before</p>")
# %%
HTML("<div style='display: grid; grid-template-columns: 1fr 1fr; gap: 8px'><div style='background: #cde'>left</div>"
     "<div style='background: #edc'>right</div></div>")
# %%
HTML("<button onclick=\"this.textContent = 'pressed'\">press</button> <input type='range'> <select><option>a</select>")
