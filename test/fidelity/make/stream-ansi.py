# shows: Streams with ANSI colours: 16, 256 and 24 bit, bold, underline, reverse
# %%
for n in range(8):
    print(f"\x1b[3{n}mcolour {n}\x1b[0m \x1b[1;3{n}mbold\x1b[0m \x1b[9{n}mbright\x1b[0m \x1b[4{n}mground\x1b[0m")
# %%
print("".join(f"\x1b[48;5;{n}m  " for n in range(16, 52)) + "\x1b[0m")
print("".join(f"\x1b[48;2;{n * 7};80;{255 - n * 7}m  " for n in range(36)) + "\x1b[0m")
print("\x1b[3mitalic\x1b[0m \x1b[4munderlined\x1b[0m \x1b[7mreversed\x1b[0m \x1b[9mstruck\x1b[0m")
# %%
import sys

print("to stdout")
print("to stderr", file=sys.stderr)
print("to stdout again")
