# shows: Formulas in Markdown: inline, display, aligned, matrices, dollars that are none
# %% [markdown]
# Inline $e^{i\pi} + 1 = 0$ and \\(a^2\\), costs $5 and $6, escaped \$7.
#
# $$\int_{-\infty}^\infty e^{-x^2}\,dx = \sqrt{\pi}$$
#
# \begin{align}
# \dot{x} &= \sigma(y-x) \\
# \dot{y} &= \rho x - y - xz
# \end{align}
#
# $$A = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}, \quad f(x) = \begin{cases} 0 & x < 0 \\ 1 & \text{else} \end{cases}$$
# %%
from IPython.display import Math

Math(r"\mathcal{L} = \sum_{n=1}^{N} \frac{\partial^2 u}{\partial x_n^2}")
