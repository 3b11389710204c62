# shows: display_id and update_display, DisplayHandle, progress
# %%
from IPython.display import HTML, display, update_display

handle = display(HTML("<p>before</p>"), display_id="shown")
# %%
update_display(HTML("<p><b>after</b></p>"), display_id="shown")
# %%
from IPython.display import ProgressBar, display

bar = ProgressBar(10)
bar.display()
bar.progress = 7
