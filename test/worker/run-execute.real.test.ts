import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { cancelRun } from '../../src/app/run/run-change.ts';
import { followRun } from '../../src/app/run/run-watch.ts';
import { readReport } from '../../src/app/report/report-read.ts';
import { uploadFile } from '../../src/app/upload/upload.ts';
import { openArtifact } from '../../src/app/artifact-read.ts';
import { VIEWER } from '../../src/domain/access/access.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { createBench } from '../kernel/fixture.ts';
import { createTestApp, type TestApp, type TestAppOptions } from '../app/test-app.ts';
import type { CellText } from '../app/notebook-bytes.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

async function createRealApp(cells: readonly (string | CellText)[], options: TestAppOptions = {}): Promise<TestApp> {
  const { supplier, scripts } = await createBench();
  return createTestApp(cells, {}, { ...options, kernels: supplier, directory: scripts });
}

const textOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'stream-appended' ? [event.text] : [])).join('');

it('runs a notebook with inputs, a password, results and downloads', async () => {
  const testApp = await createRealApp(
    [
      { source: 'region: str = "EU"\nkey: str = ""', tags: ['parameters'] },
      'import script_runner\nprint(region, len(key), script_runner.params["key"])',
      'script_runner.progress(0.5, "Half")\nscript_runner.result("revenue", 12.5)',
      'script_runner.download([{"a": 1, "b": "ü"}], "ta/ble.csv")\nopen(__import__("os").environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/plain.txt", "w").write("hi " + key)',
      'script_runner.stop("Enough.")',
      'print("never")',
    ],
    { metadata: { script_runner: { parameters: { properties: { key: { type: 'string', format: 'password' } } } } } },
  );
  const { run, events } = await testApp.run({ region: 'US', key: 'correct-horse-7' });
  expect(textOf(events)).toBe('US 15 •••\n');
  expect(run).toMatchObject({
    status: 'succeeded',
    outcome: { message: 'Enough.' },
    progress: { fraction: 0.5, text: 'Half' },
    results: [{ name: 'revenue', value: 12.5 }],
    artifacts: [{ mime: 'text/csv' }, { name: 'plain.txt', mime: 'text/plain' }],
  });
  const { stream } = await openArtifact(testApp.ctx, VIEWER, { id: run.id, name: 'plain.txt' });
  expect(String(Buffer.concat(await Array.fromAsync(stream)))).toBe('hi •••');
});

it('gives a notebook its files under their own names, for reading only', async () => {
  const testApp = await createRealApp(
    [
      { source: 'from pathlib import Path\ndata: Path = Path("none")\nmore: list[str] = []', tags: ['parameters'] },
      'import os, script_runner\nprint(data.name, data.read_text(), [os.path.basename(p) + open(p).read() for p in more])',
      'print(script_runner.params["data"] == str(data))',
      'for path in (data, data.parent / "new"):\n    try:\n        path.open("w")\n        print("written", path)\n    except OSError:\n        print("refused")',
    ],
    {
      metadata: {
        script_runner: {
          parameters: { data: { format: 'file', accept: '.csv' }, more: { format: 'file', multiple: true } },
        },
      },
    },
  );
  const uploader = { actor: VIEWER, session: '', person: '' };
  const upload = async (name: string, text: string) => {
    const chunks = Readable.from([Buffer.from(text)]);
    return (await uploadFile(testApp.ctx, uploader, { name, chunks })).upload;
  };
  const same = [await upload('a.txt', 'A'), await upload('a.txt', 'B')];
  const { run, events } = await testApp.run({ data: await upload('Ümsatz 1.csv', 'a,b'), more: same });
  const [written = ''] = textOf(events).split('\n').slice(2);
  expect(textOf(events).split('\n').slice(0, 3)).toEqual(["Ümsatz 1.csv a,b ['a.txtA', 'a.txtB']", 'True', written]);
  expect(written).toBe('refused');
  expect(run).toMatchObject({ status: 'succeeded', parameters: { data: { name: 'Ümsatz 1.csv', type: 'text/csv' } } });
});

it('sends cells along with those that only import and assign, as if one came after the other', async () => {
  const testApp = await createRealApp([
    'import os\nimport json',
    { source: 'count = 1', tags: ['parameters'] },
    'print(count)\nopen(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/a.txt", "w").write("a")',
    'name = "x"',
    '1 / 0',
    'print("never")',
  ]);
  const { run, events } = await testApp.run({ count: '2' });
  const told = events.flatMap((event) =>
    event.type === 'cell-started' || event.type === 'cell-finished'
      ? [`${event.type} ${event.cell}`]
      : event.type === 'stream-appended'
        ? [event.text]
        : event.type === 'artifact-added'
          ? [event.artifact.name]
          : [],
  );
  expect(told).toEqual([
    ...[0, 1, 2].flatMap((cell) => [`cell-started ${cell}`, `cell-finished ${cell}`]),
    ...['cell-started 3', '2\n', 'cell-finished 3', 'a.txt', 'cell-started 4', 'cell-finished 4'],
    ...['cell-started 5', 'cell-finished 5'],
  ]);
  expect(run).toMatchObject({ status: 'failed', outcome: { cell: 5, exception: { name: 'ZeroDivisionError' } } });
});

it('executes nothing that was sent along with an import that fails', async () => {
  const write = 'open(__import__("os").environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/a.txt", "w").write("a")';
  const testApp = await createRealApp(['import json', 'import no_such_module', 'a = 1', write]);
  const { run, events } = await testApp.run();
  expect(run).toMatchObject({ status: 'failed', outcome: { cell: 1, exception: { name: 'ModuleNotFoundError' } } });
  expect(run.artifacts).toEqual([]);
  expect(events.filter(({ type }) => type === 'cell-started')).toHaveLength(2);
});

it('offers the variables of a classic notebook, and says which is missing', async () => {
  const rows = { source: 'title|Classic\ndownload|table\ndownload|missing', type: 'markdown' as const };
  const testApp = await createRealApp([rows, 'import pandas\ntable = pandas.DataFrame({"a": [1, 2]})']);
  const { run, events } = await testApp.run();
  expect(run).toMatchObject({ status: 'succeeded', artifacts: [{ name: 'table.csv', mime: 'text/csv' }] });
  expect(JSON.stringify(events)).toContain('missing');
});

it('hears a flood to its end and keeps little of it', async () => {
  const testApp = await createRealApp(
    ['for i in range(200_000): print("x" * 50)', 'print("after", flush=True)', '1/0'],
    {
      limits: { outputBytes: 200_000 },
    },
  );
  const { run, events } = await testApp.run();
  expect(textOf(events)).toHaveLength(200_000);
  expect(run.outcome).toMatchObject({ type: 'failed', cell: 2, exception: { name: 'ZeroDivisionError' } });
  expect(events.filter(({ type }) => type === 'notice')).toHaveLength(1);
  expect((await testApp.log(run)).length).toBeLessThan(200);
}, 120_000);

it('ends what ignores interrupts', async () => {
  const testApp = await createRealApp(
    [
      'import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint("going", flush=True)\nwhile True: time.sleep(0.1)',
    ],
    { limits: { cellMs: 1500 } },
  );
  const { run } = await testApp.run();
  expect(run.outcome).toEqual({ type: 'timed-out', limit: 'cell', limitMs: 1500, cell: 0, step: 1 });
}, 60_000);

it('ends what computes and shows nothing new, with the limit’s name', async () => {
  const testApp = await createRealApp(['print("going", flush=True)\nwhile True: pass'], { limits: { idleMs: 3000 } });
  const { run, events } = await testApp.run();
  expect(run.outcome).toEqual({ type: 'timed-out', limit: 'idle', limitMs: 3000, cell: 0, step: 1 });
  expect(textOf(events)).toBe('going\n');
}, 60_000);

it('cancels a busy loop, and shows what was done until then', async () => {
  const testApp = await createRealApp(['print("going", flush=True)\nwhile True: pass']);
  testApp.work();
  const run = await testApp.submit();
  for await (const { events } of followRun(testApp.ctx, run.id, {
    afterSeq: 0,
    signal: new AbortController().signal,
  })) {
    if (events.some(({ event }) => event.type === 'stream-appended')) await cancelRun(testApp.ctx, VIEWER, run.id);
  }
  const log = (await testApp.log(run)).map(({ event }) => event);
  expect(log.at(-1)).toEqual({ type: 'run-finished', outcome: { type: 'cancelled', by: 'viewer' } });
  expect(textOf(log)).toContain('going');
}, 60_000);

it('names how a kernel died, keeps what it had said and written', async () => {
  const testApp = await createRealApp([
    'import os\nprint("before", flush=True)\nopen(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/half.csv", "w").write("x")',
    'import os, time\ntime.sleep(0.2)\nos._exit(3)',
  ]);
  const { run, events } = await testApp.run();
  expect(run).toMatchObject({
    outcome: { type: 'kernel-died', cell: 1, exitCode: 3 },
    artifacts: [{ name: 'half.csv' }],
  });
  expect(textOf(events)).toBe('before\n');
});

it('says what to install for a missing module', async () => {
  const testApp = await createRealApp(['import no_such_module_anywhere']);
  const { run, events } = await testApp.run();
  expect(run.outcome).toMatchObject({ exception: { name: 'ModuleNotFoundError' } });
  expect(events.at(-1)).toMatchObject({
    type: 'notice',
    text: expect.stringContaining('-m pip install no-such-module-anywhere'),
  });
});

const streamsOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'stream-appended' ? [[event.name, event.text]] : []));

it('keeps what is printed to both streams in its order', async () => {
  const testApp = await createRealApp([
    'import subprocess, sys\nfor i in range(2):\n    print("out", i)\n    print("err", i, file=sys.stderr)\nfor i in range(20):\n    subprocess.run(["echo", "child"])\n    print("end", file=sys.stderr)',
  ]);
  const { events } = await testApp.run();
  expect(streamsOf(events)).toEqual([
    ['stdout', 'out 0\n'],
    ['stderr', 'err 0\n'],
    ['stdout', 'out 1\n'],
    ['stderr', 'err 1\n'],
    ...Array.from({ length: 20 }, () => [
      ['stdout', 'child\n'],
      ['stderr', 'end\n'],
    ]).flat(),
  ]);
});

it('goes on where a cell closes, replaces or removes a standard stream', async () => {
  const testApp = await createRealApp([
    'import sys\nold = sys.stdout\nsys.stdout.close()\nsys.stderr.close()',
    'print("after close")',
    'class Tee:\n    __slots__ = ()\n    def write(self, text): old.write(text)\nsys.stdout = Tee()\nsys.stderr = None',
    'print("through a tee")\n1',
    'sys.stdout = open("log.txt", "w")\nsys.stdout.close()',
    '2',
    'sys.stdout = None',
    '3',
    'sys.stdout = old\nprint("back")',
  ]);
  const { run, events } = await testApp.run();
  expect(run.status).toBe('succeeded');
  expect(textOf(events)).toBe('after close\nthrough a tee\nback\n');
  expect(events.filter(({ type }) => type === 'output-added')).toHaveLength(3);
});

it('shows texts that cannot be encoded with a replacement character, and all that is beside them', async () => {
  const testApp = await createRealApp([
    'print("TOTAL 5")\nprint("high \\ud800, low \\udcff, pair \\ud83d\\ude00")\nprint("more")',
    'from IPython.display import HTML, display\ndisplay(HTML("<b>\\ud800</b>"))\nimport script_runner\nscript_runner.result("n\\ud800", "v\\ud800")',
    'raise ValueError("bad \\ud800")',
  ]);
  const { run, events } = await testApp.run();
  expect(textOf(events)).toBe('TOTAL 5\nhigh \ufffd, low \ufffd, pair \u{1f600}\nmore\n');
  expect(run).toMatchObject({
    results: [{ name: 'n\ufffd', value: 'v\ufffd' }],
    outcome: { exception: { value: 'bad \ufffd' } },
  });
  expect(JSON.stringify(events)).toContain('<b>\ufffd</b>');
  expect(JSON.stringify(events)).not.toMatch(/[^\\]\\ud8/);
});

it('refuses source that cannot be encoded', async () => {
  const testApp = await createRealApp(['print(1)\nprint("\ud83d")', 'print("never")']);
  const { run, events } = await testApp.run();
  expect(run.outcome).toMatchObject({
    exception: { name: 'SyntaxError', value: expect.stringContaining('Line 2, column 8') },
  });
  expect(textOf(events)).toBe('');
});

it.each(['import sys\nsys.exit(0)', 'raise SystemExit', 'exit()', 'quit()', 'get_ipython().ask_exit()'])(
  'ends well where the notebook ends itself: %j',
  async (source) => {
    const testApp = await createRealApp(['print("before")', `print("here")\n${source}`, 'print("never")']);
    const { run, events } = await testApp.run();
    expect(run).toMatchObject({ status: 'succeeded', outcome: { message: expect.stringContaining('ended early') } });
    expect(textOf(events)).toBe('before\nhere\n');
  },
);

it.each([
  ['in a cell that awaits something else', ['await asyncio.sleep(1000)'], 2],
  ['in a cell that awaits it', ['await task'], 2],
  ['between two cells', ['import time\ntime.sleep(0.1)', 'time.sleep(0.1)', 'await asyncio.sleep(0)'], undefined],
])('ends where a task of the event loop ends the program: %s', async (_, cells, step) => {
  const begin = (code: string) =>
    `import asyncio, sys\nasync def end():\n    await asyncio.sleep(0.05)\n    sys.exit(${code})\ntask = asyncio.create_task(end())\nprint("begun")`;
  for (const [code, outcome] of [
    ['', { type: 'succeeded', message: expect.stringContaining('ended early') }],
    ['"No rows."', { type: 'failed', exception: { name: 'SystemExit', value: 'No rows.' } }],
  ] as const) {
    const testApp = await createRealApp([begin(code), ...cells, 'print("never")', 'print("never")']);
    const { run, events } = await testApp.run();
    expect(run.outcome).toMatchObject({ ...outcome, ...(step === undefined || code === '' ? {} : { step }) });
    expect(textOf(events)).toBe('begun\n');
    expect(noticesOf(events)).toEqual([]);
  }
});

it.each([
  ['import sys\nsys.exit("No rows.")', 'No rows.'],
  ['exit(3)\nprint("never")', '3'],
])('fails where the notebook ends itself with a text or a code: %j', async (source, value) => {
  const testApp = await createRealApp([source, 'print("never")']);
  const { run, events } = await testApp.run();
  expect(run.outcome).toMatchObject({ type: 'failed', step: 1, exception: { name: 'SystemExit', value } });
  expect(textOf(events)).toBe('');
  expect(JSON.stringify(events)).not.toContain('%tb');
});

const noticesOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));

const LEFT_OPEN = program('left-open');

it.each(['', '1/0'])('lets the program end as programs do: threads, exit handlers, open files (%j)', async (last) => {
  const testApp = await createRealApp([LEFT_OPEN, last]);
  const { run, events } = await testApp.run();
  expect(run.status).toBe(last === '' ? 'succeeded' : 'failed');
  expect(textOf(events)).toBe('written\nbye\n');
  const read = async (name: string) => {
    const { stream } = await openArtifact(testApp.ctx, VIEWER, { id: run.id, name });
    return Buffer.concat(await Array.fromAsync(stream));
  };
  expect(String(await read('rows.csv')).split('\r\n')).toHaveLength(101);
  expect(String(gunzipSync(await read('t.gz')))).toBe('text');
  for (const name of ['a.zip', 'x.xlsx']) expect((await read(name)).includes('PK\u0005\u0006')).toBe(true);
  expect([String(await read('bye.txt')), String(await read('late.txt'))]).toEqual(['done', 'late']);
  expect(noticesOf(events)).toEqual(['The download “none.txt” is empty.']);
});

it('ends a program that does not end, and says so', async () => {
  const testApp = await createRealApp(
    ['import threading, time\nthreading.Thread(target=lambda: time.sleep(1000)).start()\nprint("all")'],
    { limits: { endMs: 300 } },
  );
  const { run, events } = await testApp.run();
  expect(run.status).toBe('succeeded');
  expect(noticesOf(events)).toEqual([expect.stringContaining('still busy 300 ms after its last step')]);
});

it('keeps the history of its cells in memory: magics, names, and what asks for the number of a cell', async () => {
  const testApp = await createRealApp([
    'a = 1',
    '%history -n',
    '%history -g a =',
    'print(In[1], list(get_ipython().history_manager.get_tail(1, include_latest=True))[0][1])',
    'import os\nprint([f for _, _, fs in os.walk(os.path.expanduser("~")) for f in fs if "history" in f])',
  ]);
  const { events } = await testApp.run();
  expect(textOf(events)).toBe('   1: a = 1\n   2: %history -n\n   1: a = 1\n   3: %history -g a =\na = 1 4\n[]\n');
});

it('moves a file into the output folder by a rename, or says what to use instead', async () => {
  const testApp = await createRealApp([
    'import os\nopen("a.csv", "w").write("a")\nos.rename("a.csv", os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/a.csv")',
  ]);
  const { run, events } = await testApp.run();
  if (run.status === 'succeeded') expect(run.artifacts).toMatchObject([{ name: 'a.csv' }]);
  else expect(noticesOf(events)).toContainEqual(expect.stringContaining('shutil.move'));
});

it('offers what lies in the output folder at the end: not what was renamed or deleted, but what was asked for', async () => {
  const testApp = await createRealApp([
    'import os, script_runner\nout = os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/"\nfor name in ("report.tmp", "scratch.csv", "stays.txt"): open(out + name, "w").write("half")\nscript_runner.download("text", "asked.txt")',
    'open(out + "report.tmp", "a").write(" and whole")\nos.rename(out + "report.tmp", out + "report.csv")\nos.remove(out + "scratch.csv")\nos.remove(out + "asked.txt")',
  ]);
  const { run, events } = await testApp.run();
  expect(run.artifacts.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
    ['asked.txt', 4],
    ['stays.txt', 4],
    ['report.csv', 14],
  ]);
  expect(noticesOf(events)).toEqual([]);
  const { html } = await readReport(testApp.ctx, VIEWER, run.id, { asset: (name) => name, artifact: (name) => name });
  expect(String(Buffer.from(html)).match(/download>[^<]+/g)).toEqual([
    'download>asked.txt',
    'download>stays.txt',
    'download>report.csv',
  ]);
});

it('leaves no work folder behind', async () => {
  const testApp = await createRealApp(['1']);
  await testApp.run();
  await expect.poll(() => readdir(testApp.ctx.workDirectory), { timeout: 30_000 }).toEqual([]);
});

it('leaves alone what the parameters cell goes on to change, and injects what was given after it', async () => {
  const cell = [
    'names = []',
    'names.append("a")',
    'limit = 5',
    'limit += 1',
    'cfg = {}',
    'cfg["k"] = 1',
    'mode = "x"',
    'if True:',
    '    mode = "y"',
    'word = "abc"',
    'del word',
  ].join('\n');
  const testApp = await createRealApp([
    { source: cell, tags: ['parameters'] },
    'print(names, limit, cfg, mode, "word" in globals())',
  ]);
  const { run, events } = await testApp.run();
  expect(textOf(events)).toBe("['a'] 6 {'k': 1} y False\n");
  expect(run.parameters).toMatchObject({ names: [], limit: 5, word: 'abc' });
  expect(textOf((await testApp.run({ limit: 9, names: ['b'], word: 'w' })).events)).toBe("['b'] 9 {'k': 1} y True\n");
});

it('clears an Output widget, and not what the cell prints beside it', async () => {
  const testApp = await createRealApp([
    'from ipywidgets import Output, IntSlider, interact\nfrom IPython.display import clear_output, display\nprint("TOTAL 5")\nout = Output()\ndisplay(out)',
    'with out:\n    print("old")\nwith out:\n    clear_output(wait=True)\n    print("new")\nout.append_stdout("more")',
    'print("HEADLINE 7")\ninteract(lambda x: print(x * 2), x=10)\nslider = IntSlider(3)\ndisplay(slider)\nslider.value = 9',
  ]);
  const { events } = await testApp.run();
  const printed = (wanted: boolean) =>
    textOf(events.filter((event) => event.type === 'stream-appended' && (event.widget !== undefined) === wanted));
  expect(printed(false)).toBe('TOTAL 5\nHEADLINE 7\n');
  expect(printed(true)).toBe('old\nnew\nmore20\n');
  const cleared = events.filter(({ type }) => type === 'outputs-cleared');
  expect(cleared.length).toBeGreaterThan(0);
  expect(cleared.every((event) => 'widget' in event)).toBe(true);
  const states = events.flatMap((event) => (event.type === 'widgets-changed' ? event.changes : []));
  const slider = states.filter(({ state }) => state['value'] === 9);
  expect(slider.length).toBe(1);
});

it('keeps the binary values of widgets, and what a password field holds to itself', async () => {
  const testApp = await createRealApp([
    'from ipywidgets import Image, Password, VBox\nVBox([Image(value=b"\\x89PNG" + bytes(3)), Password("sesame")])',
  ]);
  const { events } = await testApp.run();
  const changes = events.flatMap((event) => (event.type === 'widgets-changed' ? event.changes : []));
  expect(changes.flatMap(({ buffers = [] }) => buffers)).toEqual([{ path: ['value'], data: 'iVBORwAAAA==' }]);
  expect(JSON.stringify(changes)).not.toContain('sesame');
});

it('draws the figures of ipympl when a cell ends, and keeps what libraries close at the end of the program', async () => {
  const testApp = await createRealApp([
    `import atexit, sys, types, traitlets
from ipywidgets import DOMWidget
class Canvas(DOMWidget):
    _data_url = traitlets.Any(None).tag(sync=True)
    figure = types.SimpleNamespace(stale=True)
    def draw(self):
        if self.figure is None:
            raise ValueError("its own mistake")
        self._data_url, self.figure = f"drawn {self.figure.stale}", types.SimpleNamespace(stale=False)
sys.modules["ipympl.backend_nbagg"] = types.SimpleNamespace(Canvas=Canvas)
canvas, other = Canvas(), Canvas()
other.figure = None
atexit.register(canvas.close)`,
    'print("nothing to draw")',
    'other.close()\ncanvas.figure = types.SimpleNamespace(stale="again")',
  ]);
  const { events } = await testApp.run();
  const changes = events.flatMap((event) => (event.type === 'widgets-changed' ? event.changes : []));
  const drawn = changes.map(({ state }) => state['_data_url']).filter((url) => typeof url === 'string');
  expect(drawn).toEqual(['drawn True', 'drawn again']);
  expect(changes.filter(({ isClosed }) => isClosed)).toHaveLength(1);
  expect(textOf(events)).toBe('nothing to draw\n');
});

it('keeps a picture that an exit handler removes', async () => {
  const testApp = await createRealApp([
    'import os\nfrom IPython.display import HTML\nfrom tempfile import TemporaryDirectory\nfolder = TemporaryDirectory(dir=".")\nopen(folder.name + "/a.png", "w").write("one")\nHTML(f"<img src={os.path.basename(folder.name)}/a.png>")',
  ]);
  const { events } = await testApp.run();
  expect(events.filter(({ type }) => type === 'file-kept')).toHaveLength(1);
});

it('keeps the pictures that a notebook writes beside itself and shows', async () => {
  const testApp = await createRealApp([
    { source: 'Below: ![it](pic.png)', type: 'markdown' },
    'from IPython.display import HTML\nopen("pic.png", "wb").write(b"one")\nHTML("<img src=pic.png>")',
    'open("pic.png", "wb").write(b"two")\nopen("other.txt", "w").write("gone")',
  ]);
  const { run, events } = await testApp.run();
  expect(run.status).toBe('succeeded');
  const discarded = noticesOf(events).filter((text) => text.includes('discarded'));
  // if writes beside the script are private to the run
  if (discarded.length > 0) expect(discarded[0]).toContain('after this run: other.txt. Files');
  const kept = events.flatMap((event) => (event.type === 'file-kept' ? [event] : []));
  const bytes = await Promise.all(
    kept.map(async ({ file }) => String(Buffer.from((await testApp.ctx.blobs.get(file.$blob))!))),
  );
  expect(bytes).toEqual(['one', 'two']);
  const { html } = await readReport(testApp.ctx, VIEWER, run.id, { asset: (name) => name });
  expect(String(Buffer.from(html)).match(/<img [^>]*src="data:image\/png;base64,dHdv"/g)).toHaveLength(2);
});
