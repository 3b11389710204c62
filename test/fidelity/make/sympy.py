# shows: sympy: formulas, matrices, sums
# %%
import sympy as sp

x, y = sp.symbols("x y")
sp.Integral(sp.exp(-x**2), (x, -sp.oo, sp.oo))
# %%
sp.Matrix([[x, y], [1, sp.sqrt(x)]])
# %%
sp.Eq(sp.Sum(1 / x**2, (x, 1, sp.oo)), sp.pi**2 / 6)
