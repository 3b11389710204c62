# ---
# hostile:
#   tries: Lets a password out that only what is shown spells, by overwritten lines, cut texts, tags and pieces.
#   holds: No page, list, export or download of the run holds it.
#   outcomes: [succeeded]
# ---

# %% tags=["parameters"]
secret: str = "s3cr3t-value-of-a-form"

# %%
import os
import sys
import script_runner
from IPython.display import HTML, Markdown, display

half = len(secret) // 2
# overwritten, bit by bit
print("X" * half + secret[half:], end="")
print("\r" + secret[:half])
for at in range(len(secret)):
    print("\r" + secret[: at + 1], end="", flush=True)
print()
print("".join(sign + "X\b" for sign in secret))
# in colours, behind characters that show nothing, in hyperlinks
print("\x1b[1m".join(secret), "\u200b".join(secret), "\x00".join(secret))
print("".join("\x1b]8;;https://example.org/\x07" + sign for sign in secret))

# %%
# joined where nothing is shown in between
print(secret[:half], end="", flush=True)
script_runner.progress(0.5, "half")
print(secret[half:], flush=True)
handle = display("before", display_id=True)
print(secret[:half], end="", flush=True)
handle.update("after")
print(secret[half:], flush=True)
for name in secret:
    sys.stdout.write(name)
    sys.stdout.flush()
print()

# %%
# cut by a bound
for before in range(480, 505):
    script_runner.progress(0.6, "x" * before + secret)
script_runner.result("r" * 195 + secret, secret)
script_runner.result("long", {secret: [secret, "x" * 90_000 + secret]})

# %%
# drawn
tags = "<b>" + "</b><b>".join(secret) + "</b>"
display(HTML(tags))
display(HTML("<table><tr><td>user</td><td>" + secret[:half] + "</td><td>" + secret[half:] + "</td></tr></table>"))
display(HTML("<p>" + "".join("&#" + str(ord(sign)) for sign in secret) + "</p>"))
display(Markdown("a " + secret + " in **" + secret + "**"))
display({"text/plain": "X" * half + secret[half:] + "\r" + secret[:half]}, raw=True)
display({"image/png": secret, "text/plain": "no picture"}, raw=True)
display(
    {"application/vnd." + secret + "+json": {secret: secret}, "text/plain": "x"}, metadata={secret: secret}, raw=True
)

# %%
# in files and their names
folder = os.environ["SCRIPT_RUNNER_OUTPUT_DIR"]
os.makedirs(os.path.join(folder, secret[:half]), exist_ok=True)
for name, coding in [
    (secret + ".txt", "utf-8"),
    ("wide.csv", "utf-16"),
    (os.path.join(secret[:half], secret[half:] + ".txt"), "utf-8"),
]:
    with open(os.path.join(folder, name), "w", encoding=coding) as file:
        file.write("id;value\n1;" + secret + "\n")
try:
    raise ValueError("X" * half + secret[half:] + "\r" + secret[:half])
except ValueError as error:
    print(repr(error), error)
script_runner.stop("It ends with " + secret)
