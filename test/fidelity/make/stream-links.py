# shows: OSC 8 links, addresses in text, characters of HTML in text
# %%
print("\x1b]8;;https://example.org/report\x1b\\a link by OSC 8\x1b]8;;\x1b\\ and text after it")
# %%
print("see https://example.org/a?b=1&c=2, or <b>this</b> & that")
# %%
"https://example.org/as-a-result"
