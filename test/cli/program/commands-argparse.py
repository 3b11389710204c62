import argparse
import json


def add_database(commands, common):
    database = commands.add_parser("db", help="Looks after the database.")
    inner = database.add_subparsers(dest="what", required=True)
    migrate = inner.add_parser("migrate", help="Applies changes. Keeps data.", parents=[common])
    migrate.add_argument("--steps", type=int, default=3)
    migrate.add_argument("target")
    drop = inner.add_parser("drop")
    for each in (migrate, drop):
        each.add_argument("--force", action="store_true")


def make_parser():
    return argparse.ArgumentParser()


def main():
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--name", default="x")
    parser = make_parser()
    parser.add_argument("-v", "--verbose", action="count", default=0)
    parser.add_argument("--pair", nargs=2, type=int)
    parser.add_argument("--many", nargs="+")
    commands = parser.add_subparsers(dest="cmd", required=True)
    add_database(commands, common)
    show = commands.add_parser("show", parents=[common], help="Shows it")
    output = show.add_argument_group("Output")
    output.add_argument("--steps", required=True)
    show.add_argument("-n")
    show.add_argument("files", nargs="*")
    for name in ["a" + "b"]:
        commands.add_parser(name)
    print(json.dumps(vars(parser.parse_args()), sort_keys=True))


if __name__ == "__main__":
    main()
