# shows: Counts, semicolons, several results, long sources, magics
# %%
1 + 1
# %%
%%html
<p>from <b>%%html</b></p>
# %%
%%latex
\begin{equation} x = \frac{1}{2} \end{equation}
# %%
!echo from a shell
# %%
%%capture
print("captured")
# %%
from IPython.core.interactiveshell import InteractiveShell

InteractiveShell.ast_node_interactivity = "all"
"one"
"two"
