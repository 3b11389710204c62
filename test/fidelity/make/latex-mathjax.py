# shows: LaTeX that needs MathJax: eqnarray, multline, labels, macros across cells
# %% [markdown]
# \begin{eqnarray}
# a &=& b + c \\
# d &=& e
# \end{eqnarray}
# %% [markdown]
# \begin{multline}
# p(x) = 3x^6 + 14x^5y + 590x^4y^2 + 19x^3y^3 \\
# - 12x^2y^4 - 12xy^5 + 2y^6 - a^3b^3
# \end{multline}
# %% [markdown]
# $$\newcommand{\rate}[1]{\mathbf{R}_{#1}}$$
#
# \begin{equation} E = mc^2 \label{energy} \end{equation}
# %% [markdown]
# The macro $\rate{7}$ from the cell above, and equation \eqref{energy}.
# %%
from IPython.display import Latex

Latex(r"\begin{equation}\require{cancel}\cancel{x} + y\end{equation}")
