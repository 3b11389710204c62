/** What the reviewers of Python find, and what they leave alone. */
import { describe, expect, it } from 'vitest';
import { reviewCode } from '../../../src/language/review/python-review.ts';

const found = (cells: readonly string[], inputs: readonly string[] = []) =>
  reviewCode(cells, { names: inputs, cell: inputs.length === 0 ? undefined : 0 }).map(
    ({ code, cell, line }) => `${code} ${cell}:${line}`,
  );

describe('finds', () => {
  it.each([
    ['asks-for-input 0:2', ['x = 1\nname = input("Name? ")']],
    ['asks-for-input 0:2', ['from getpass import getpass\np = getpass()']],
    ['asks-for-input 0:2', ['import getpass\np = getpass.getpass("?")']],
    ['absolute-path 0:1', ['pd.read_csv("/home/ana/data.csv")']],
    ['absolute-path 0:1', ['open("/Users/Ana Lee/x.txt")']],
    ['absolute-path 0:1', [String.raw`pd.read_excel(r"C:\Users\ana\a.xlsx")`]],
    ['absolute-path 0:1', ['open("D:/data/a.csv")']],
    ['absolute-path 0:1', [String.raw`open("\\\\server\\share\\a.csv")`]],
    ['absolute-path 0:1', ['pd.read_csv("/content/drive/MyDrive/a.csv")']],
    ['absolute-path 0:1', ['open(f"/home/ana/{name}.csv")']],
    ['secret-in-source 0:1', ['password = "hunter2hunter"']],
    ['secret-in-source 0:1', ['connect(host="db", password="hunter2hunter")']],
    ['secret-in-source 0:1', ['config = {"host": "db", "api_key": "8f4e2c19aa"}']],
    ['secret-in-source 0:1', ['os.environ["API_KEY"] = "8f4e2c19aa"']],
    ['secret-in-source 0:1', ['client.access_token = "8f4e2c19aa"']],
    ['secret-in-source 0:1', ['create_engine("postgresql://ana:hunter2@db/sales")']],
    ['secret-in-source 0:1', [`headers = "Bearer ghp_${'a1B2'.repeat(9)}"`]],
    ['cell-order 0:2', ['x = 1\nprint(x + rate)', 'rate = 2']],
    ['cell-order 0:1', ['plot(frame)', 'def plot(x): pass', 'frame = 1']],
    ['lost-file 0:1', ['df.to_csv("out.csv")']],
    ['lost-file 0:2', ['from pathlib import Path\nPath("out.txt").write_text("x")']],
    ['lost-file 0:1', ['with open("results/out.txt", "w") as f: f.write("x")']],
    ['lost-file 0:1', ['plt.savefig("chart.png")']],
  ])('%s in %j', (expected, cells) => {
    expect(found(cells)).toContain(expected);
  });

  it('an input that nothing uses before it is overwritten', () => {
    expect(found(['month = "2026-01"', 'import os\nmonth = "2025-12"\nprint(month)'], ['month'])).toEqual([
      'overwritten-input 1:2',
    ]);
  });

  it('each name that a later cell defines once, and at most 20 places of a kind', () => {
    expect(found(['a + a', 'a', 'a = 1'])).toEqual(['cell-order 0:1']);
    expect(found(Array.from({ length: 50 }, () => 'input()'))).toHaveLength(20);
  });
});

describe('leaves alone', () => {
  it.each([
    ['def input(text): return 1\ninput("x")'],
    ['x.input()\nst.input("a")\nform.getpass'],
    ['open("/tmp/x.csv")\nopen("/data/shared/x.csv")\nopen("/usr/bin/env")\n"/home"\n"https://x.test/home/ana/a"'],
    ['"C: the drive"\n"a:b"\n"/home/ is where"\nprint("see /home/ana/x")'],
    ['password = ""\npassword = None\npassword = os.environ["PASSWORD"]\npassword = getenv("DB_PASSWORD")'],
    ['password = "<your password>"\npassword = "DB_PASSWORD"\napi_key = "xxxxxxxx"\ntoken = "your-token"'],
    ['label = {"password": "Your password here"}\nx = field(password="changeme")'],
    ['"postgresql://user:password@host/db"\nf"postgresql://{user}:{password}@host/db"\n"see http://a:8080/x@y"'],
    ['def f():\n  return later\nlambda: later\nlater = 1'],
    ['[x for x in range(3)]\nx = 1\nwith open(a) as a: pass\na = 1'],
    ['try:\n  pass\nexcept E as e:\n  print(e)\n(n := 3)\nn\nimport a.b as c\nc\nfor i, (j, k) in z: i, j, k'],
    ['print(list, display, ValueError, In)\nlist = 1'],
    ['df.to_csv("/tmp/out.csv")\ndf.to_csv(path)\ndf.to_csv()\nopen("a.txt")\nopen("a.txt", "r")\ndf.to_csv(buffer)'],
    ['df.to_csv("a.csv")\npd.read_csv("a.csv")'],
    ['out = Path(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"])\ndf.to_csv("a.csv")'],
    ['df.to_dict("records")\nx.to_json(f"{name}.json")\ns.write_text("hello.world")'],
    ['%%bash\ncat /home/ana/x "/home/ana/x"'],
    ['((((\n"unclosed'],
  ])('%j', (source) => {
    expect(found([source])).toEqual([]);
  });

  it.each([
    [['a + b', 'from x import *', 'b = 1'], ['cell-order 0:1']],
    [['from x import *', 'a + b', 'b = 1'], []],
    [['%run other.ipynb', 'a + b', 'b = 1'], []],
    [['a', 'def f():\n  global a\n  a = 1'], []],
    [['f(a=1)', 'a = 1'], []],
  ])('%j: %j', (cells, expected) => {
    expect(found(cells)).toEqual(expected);
  });

  it.each([
    ['day = "2026"', 'day = parse(day)'],
    ['day = "2026"', 'print(day)\nday = 1'],
    ['day = "2026"', 'if not day:\n  day = 1'],
    ['day = "2026"\nday = "2025"', 'x = 1'],
    ['day = "2026"', 'use(**locals())\nday = 1'],
    ['day = "2026"', 'def f(): return day\nday = 1'],
    ['day = "2026"', 'x.day = 1\nday += 1'],
    ['day = "2026"', '%echo $day', 'day = 1'],
  ])('an input that is used or may be kept: %j', (...cells) => {
    expect(found(cells, ['day'])).toEqual([]);
  });

  it('code that is nested too deep, or a cell that is data', () => {
    expect(found(['('.repeat(2000) + 'input()' + ')'.repeat(2000), `x = "${'a'.repeat(200_001)}"\ninput()`])).toEqual(
      [],
    );
  });
});

it('never repeats the secret', () => {
  const [finding] = reviewCode(['password = "hunter2hunter"']);
  expect(JSON.stringify(finding)).not.toContain('hunter2');
});
