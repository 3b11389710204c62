"""The history of a run's cells, in memory: `%history -g`, `history_manager.get_tail` and what asks it (the labels of
Bokeh's handles) find the cells of this run, and no file is written."""

# What IPython answers from its database; the rest it has in memory anyway.
QUESTIONS = ("get_last_session_id", "get_range", "get_session_info", "get_tail", "search")


def keep_in_memory(shell):
    """The first question opens the database and fills it: most runs ask none, and start sooner without it. It holds
    the source of each executed cell once, as `In` does."""
    manager = shell.history_manager

    def opening(name):
        ask = getattr(manager, name)

        def open_first(*arguments, **options):
            open_database(manager)
            return ask(*arguments, **options)

        return open_first

    for name in QUESTIONS:
        setattr(manager, name, opening(name))


def open_database(manager):
    """Does nothing without SQLite, as IPython."""
    for name in QUESTIONS:
        vars(manager).pop(name, None)
    try:
        import sqlite3  # noqa: F401
    except ImportError:
        return
    manager.hist_file = ":memory:"
    manager.enabled = True
    manager.init_db()
    manager.new_session()
