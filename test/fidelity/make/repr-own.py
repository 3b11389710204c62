# shows: Classes with _repr_html_, _repr_svg_, _repr_markdown_, _repr_mimebundle_, one that fails
# %%
class A:
    def _repr_html_(self):
        return "<i>from _repr_html_</i>"


A()
# %%
class B:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/markdown": "**from** _repr_mimebundle_", "text/plain": "B"}


B()
# %%
class C:
    def _repr_html_(self):
        raise ValueError("this form fails")

    def __repr__(self):
        return "the plain form of C"


C()
# %%
{"a": [1, 2, {"b": "c" * 200}], "d": range(3)}
