# shows: rich: tables, colours, trees, syntax
# %%
from rich.console import Console
from rich.table import Table

table = Table(title="Rich table")
table.add_column("name", style="cyan")
table.add_column("value", justify="right", style="magenta")
table.add_row("one", "1")
table.add_row("two", "[bold]2[/bold]")
Console(force_jupyter=True, width=80).print(table)
# %%
from rich import print
from rich.tree import Tree

tree = Tree("root")
tree.add("[green]leaf[/green]").add("deeper")
print(tree, {"a": [1, 2]})
