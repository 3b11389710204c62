# shows: IPython.display: HTML, Markdown, Latex, Math, Code, Pretty, SVG, several results of a cell
# %%
from IPython.display import HTML, SVG, Code, Latex, Markdown, Math, Pretty, display

display(HTML("<h3>HTML</h3><p style='color: teal'>coloured <b>text</b></p>"))
display(Markdown("### Markdown\n\n- one\n- **two** and $x^2$"))
display(Latex(r"\begin{align} a &= b + c \\ d &= e \end{align}"))
display(Math(r"\int_0^1 x^2\,dx = \frac{1}{3}"))
display(Code("def f(x):\n    return x + 1", language="python"))
display(Pretty("pretty text"))
# %%
SVG('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="80"><rect width="200" height="80" fill="#eee"/>'
    '<circle cx="40" cy="40" r="30" fill="tomato"/><text x="90" y="45">svg text</text></svg>')
