# shows: Hidden cells: hide-input, remove-cell, collapsed, source_hidden, scrolled
# %% tags=["remove-cell"]
print("must not be seen")
# %% tags=["hide-input"]
print("its source is hidden")
# %% metadata={"jupyter": {"source_hidden": true}}
print("its source is collapsed")
# %% metadata={"jupyter": {"outputs_hidden": true}}
print("its outputs are collapsed")
# %% metadata={"scrolled": true}
for n in range(60):
    print("scrolled line", n)
# %% metadata={"collapsed": true}
print("collapsed in the old way")
