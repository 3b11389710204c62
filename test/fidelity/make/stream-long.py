# shows: A long stream and long lines
# %%
for n in range(2000):
    print("line", n, "of a log")
# %%
print("wide " * 400)
