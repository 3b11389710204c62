import functools
import json

import click


def common(function):
    @click.option("--name", default="x", help="Whose it is.")
    @functools.wraps(function)
    def with_name(*args, **kwargs):
        return function(*args, **kwargs)

    return with_name


@click.group()
@click.option("-v", "--verbose", count=True)
@click.argument("folder")
@click.pass_context
def cli(context, **values):
    context.obj = values


@cli.group(invoke_without_command=True)
@click.option("--url", required=True)
@click.pass_context
def db(context, **values):
    """Looks after the database.

    And more.
    """
    context.obj = {**context.obj, **values}
    if context.invoked_subcommand is None:
        print(json.dumps(context.obj))


@db.command()
@common
@click.option("--steps", type=int, default=3)
@click.option("--force/--no-force", default=True)
@click.argument("target", nargs=-1)
@click.pass_obj
def migrate_cmd(found, **values):
    """Applies changes. Keeps data."""
    print(json.dumps({**found, **values, "what": "migrate"}))


@click.command("show-it", help="Shows it")
@click.option("--steps", required=True)
@click.option("-n")
@click.pass_obj
def show(found, **values):
    print(json.dumps({**found, **values, "what": "show"}))


cli.add_command(show)
cli.add_command(show, "again")

if __name__ == "__main__":
    cli()
