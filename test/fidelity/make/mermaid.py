# shows: Mermaid as a code block and as output
# %% [markdown]
# ```mermaid
# flowchart LR
#   A[Data] --> B{Good?}
#   B -->|yes| C[Report]
#   B -->|no| D[Author]
# ```
# %%
from IPython.display import Markdown, display

display({"text/vnd.mermaid": "sequenceDiagram\n  Reader->>Server: run\n  Server-->>Reader: report", "text/plain": "mermaid"}, raw=True)
# %%
Markdown("```mermaid\npie title Shares\n  \"a\" : 3\n  \"b\" : 2\n```")
# %%
display({"text/vnd.mermaid": "flowchart LR\n  A -->", "text/plain": "a diagram with a fault"}, raw=True)
