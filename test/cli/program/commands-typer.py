import json
from enum import Enum
from typing import Annotated, List, Optional

import typer

app = typer.Typer()
database = typer.Typer(help="Looks after the database.")
more = typer.Typer()
app.add_typer(database, name="db")
app.add_typer(more)


class Kind(str, Enum):
    full = "all of it"
    part = "a part"


@app.callback()
def main(context: typer.Context, verbose: Annotated[int, typer.Option("--verbose", "-v", count=True)] = 0):
    context.obj = {"verbose": verbose}


@database.command()
def migrate(
    context: typer.Context,
    target: List[str],
    steps: int = 3,
    force: bool = True,
    kind: Kind = Kind.full,
):
    """Applies changes. Keeps data."""
    print(
        json.dumps({**context.obj, "what": "migrate", "target": target, "steps": steps, "force": force, "kind": kind})
    )


@database.command("drop")
def drop_all(context: typer.Context):
    print(json.dumps({**context.obj, "what": "drop"}))


@more.command(name="show-it", help="Shows it")
def show(
    context: typer.Context,
    steps: Annotated[str, typer.Option()],
    n: Annotated[Optional[str], typer.Option("-n")] = None,
):
    print(json.dumps({**context.obj, "what": "show", "steps": steps, "n": n}))


if __name__ == "__main__":
    app()
