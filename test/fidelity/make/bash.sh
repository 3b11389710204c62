# shows: Bash: streams, colours, an exit code
# %%
echo "printed"; for n in 1 2 3; do printf "%s " "$n"; done; echo
# %%
printf '\033[31mred\033[0m plain\n'
# %% tags=["raises-exception"]
ls /no/such/folder
