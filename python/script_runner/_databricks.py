"""What notebooks of Databricks expect of their kernel: `dbutils`, `getArgument`, `displayHTML`, `spark`, `%sql`, `%md`.

Widgets give the values of the run, as text. What needs Databricks itself is refused by name.
"""

import os
import re

from ._announcement import shell
from ._parameter import params
from ._result import result
from ._stop import stop

MAGIC = re.compile(r"\s*%(sql|md-sandbox|md|sh|fs|scala|r|python)(?:[ \t]*\n|[ \t]+\S|[ \t]*$)")
CREATE_WIDGET = re.compile(r"\s*(CREATE|REMOVE)\s+WIDGET\b", re.IGNORECASE)


class NotInScriptRunner(RuntimeError):
    """For what only Databricks has."""


class Widgets:
    """`dbutils.widgets`: values are those of the run, else the defaults of the calls."""

    def __init__(self):
        self._defaults = {}

    def text(self, name, defaultValue="", label=None):
        self._defaults[name] = str(defaultValue)

    def dropdown(self, name, defaultValue, choices=(), label=None):
        self._defaults[name] = str(defaultValue)

    combobox = dropdown
    multiselect = dropdown

    def get(self, name):
        if name in params:
            return as_text(params[name])
        if name in self._defaults:
            return self._defaults[name]
        raise NotInScriptRunner("InputWidgetNotDefined: No input widget named {} is defined".format(name))

    def getArgument(self, name, defaultValue=None):
        return get_argument(name, defaultValue)

    def getAll(self):
        return {name: self.get(name) for name in [*params, *(one for one in self._defaults if one not in params)]}

    def remove(self, name):
        self._defaults.pop(name, None)

    def removeAll(self):
        self._defaults.clear()

    def help(self, method=None):
        print("Widgets are the inputs of the form: text, dropdown, combobox, multiselect, get, getAll.")


def as_text(value):
    """Texts of a widget: several values are joined with commas, as in Databricks."""
    if isinstance(value, (list, tuple)):
        return ",".join(map(as_text, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


class Notebook:
    """`dbutils.notebook`."""

    def exit(self, value=""):
        """Ends the run well; programs that call the API find the value as the result `exit`."""
        result("exit", as_text(value))
        stop()

    def run(self, path, timeout_seconds=0, arguments=None):
        raise refusal("dbutils.notebook.run", "Publish that notebook as a script of its own, or use %run.")


class Secrets:
    """`dbutils.secrets`: refused, naming what takes its place."""

    def get(self, scope, key):
        raise refusal("dbutils.secrets.get", "Make {!r} a password input, or name a connection.".format(key))

    getBytes = get


class Missing:
    """A part of `dbutils` that needs Databricks."""

    def __init__(self, name, remedy):
        self._name, self._remedy = name, remedy

    def __getattr__(self, part):
        if part.startswith("_"):
            raise AttributeError(part)
        raise refusal(self._name + "." + part, self._remedy)


def refusal(name, remedy):
    return NotInScriptRunner("{} needs Databricks and is not available here. {}".format(name, remedy))


class Utilities:
    """`dbutils`."""

    def __init__(self):
        self.widgets = Widgets()
        self.notebook = Notebook()
        self.secrets = Secrets()
        self.fs = Missing("dbutils.fs", "Read files beside the notebook with open() or pandas.")
        self.library = Missing("dbutils.library", "Install packages in the server's Python.")
        self.jobs = Missing("dbutils.jobs", "Use script_runner.result to hand on a value.")
        self.data = Missing("dbutils.data", "Use DataFrame.describe().")

    def help(self):
        print("Here dbutils has widgets and notebook.exit.")


class NoSpark:
    """Stands for `spark` until it is used: sessions take seconds to start."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(session(), name)


def session():
    """The session of PySpark, where it is installed."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise refusal("spark", "Install pyspark in the server's Python, or read the data with pandas.") from None
    return SparkSession.builder.getOrCreate()


dbutils = Utilities()


def get_argument(name, defaultValue=None):
    """The older way to read a widget."""
    try:
        return dbutils.widgets.get(name)
    except NotInScriptRunner:
        if defaultValue is None:
            raise
        return str(defaultValue)


def display_html(html):
    from IPython.display import HTML, display

    display(HTML(html))


def install():
    """Puts the names and magics into the kernel's notebook; names that it has already stay."""
    current = shell()
    if current is None:
        return
    names = {"dbutils": dbutils, "getArgument": get_argument, "displayHTML": display_html, "spark": NoSpark()}
    for name, value in names.items():
        current.user_ns.setdefault(name, value)
    current.input_transformers_cleanup.append(cell_magics)
    for magic, function in (
        ("sql", run_sql),
        ("md", show_markdown),
        ("fs", refused("fs")),
        ("scala", refused("scala")),
    ):
        current.register_magic_function(function, "cell", "databricks_" + magic)
    current.register_magic_function(refused("r"), "cell", "databricks_r")
    plain_run = current.find_line_magic("run")
    current.register_magic_function(lambda line: run_notebook(plain_run, line), "line", "run")


def cell_magics(lines):
    """A cell that begins with `%sql` is one of Databricks' cells: all of it is that language."""
    text = "".join(lines)
    found = MAGIC.match(text)
    if not found:
        return lines
    rest = text[found.end(1) :]
    kind = found.group(1)
    if kind == "python":
        return rest.lstrip("\n ").splitlines(keepends=True)
    if kind == "sh":
        return ("%%bash\n" + rest.lstrip("\n ")).splitlines(keepends=True)
    name = "md" if kind == "md-sandbox" else kind
    return ("%%databricks_" + name + "\n" + rest.lstrip("\n ")).splitlines(keepends=True)


def run_sql(line, cell):
    """Statements on `spark`; `:name` is bound to the value of the widget, never pasted. Widgets are inputs already."""
    shown = None
    for statement in cell.split(";"):
        if not statement.strip() or CREATE_WIDGET.match(statement):
            continue
        shown = session().sql(statement, args=dbutils.widgets.getAll())
    return None if shown is None else shown.toPandas()


def show_markdown(line, cell):
    from IPython.display import Markdown, display

    display(Markdown(cell))


def refused(name):
    def refuse(line, cell):
        raise refusal("%" + name, "Write this cell in Python.")

    return refuse


def run_notebook(plain_run, line):
    """`%run ./helpers` names a notebook without its extension; `$name="value"` sets widgets."""
    words = line.strip().split(None, 1)
    path = words[0].strip("\"'") if words else ""
    if not path or os.path.splitext(path)[1] in (".py", ".ipynb"):
        return plain_run(line)
    for extension in (".ipynb", ".py"):
        if os.path.isfile(path + extension):
            for name, value in re.findall(r"\$(\w+)=\"([^\"]*)\"", line):
                dbutils.widgets.text(name, value)
            return plain_run('"{}"'.format(path + extension))
    raise NotInScriptRunner(
        "%run {}: there is no file {}.ipynb or {}.py beside the notebook on this server.".format(path, path, path)
    )
