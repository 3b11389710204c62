import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PythonRequest } from '../../src/python/environment.ts';
import { findPython, preparePython } from '../../src/python/prepare.ts';
import { testPython } from '../python.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

/** Writes a wheel named ipykernel that pip can install without an index. */
const MAKE_WHEEL = program('make-wheel');

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'python-'));
  said = [];
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'index'));
  writeFileSync(join(folder, 'requirements.txt'), 'ipykernel\n');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A machine that has only the Pythons in its `bin`, no package index, and the wheels in `index`. */
const request = (more: Partial<PythonRequest> = {}): PythonRequest => ({
  python: undefined,
  projectFolder: folder,
  requirements: join(folder, 'requirements.txt'),
  mayInstallSystem: false,
  environment: {
    HOME: folder,
    PATH: join(folder, 'bin'),
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: join(folder, 'index'),
    PIP_CONFIG_FILE: '/dev/null',
  },
  say: (line) => {
    said.push(line);
  },
  signal: AbortSignal.timeout(50_000),
  ...more,
});

/** The base of the tests' Python, without its packages: its environment has ipykernel, which must not count here. */
function addBare(): void {
  const base = spawnSync(testPython(), ['-c', 'import sys; print(sys._base_executable)'], {
    encoding: 'utf8',
  }).stdout.trim();
  script('python3', `exec ${base} "$@"`);
}

function script(name: string, body: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

function addWheel(): void {
  const { status, stderr } = spawnSync(testPython(), ['-c', MAKE_WHEEL, join(folder, 'index')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

const cached = () =>
  readdirSync(join(folder, '.cache/script-runner/python')).filter((name) => /-[0-9a-f]{12}$/.test(name));

describe('a Python that was chosen', () => {
  it('is used when it has ipykernel', async () => {
    expect(await preparePython(request({ python: testPython() }))).toMatchObject({
      origin: 'setting',
      ipykernel: expect.stringMatching(/^\d/),
    });
  });

  it('is refused with what would mend it', async () => {
    addBare();
    await expect(preparePython(request({ python: '/nowhere/python' }))).rejects.toThrow(
      /names \/nowhere\/python, which is not a working Python 3/,
    );
    writeFileSync(join(folder, 'closed'), '', { mode: 0o600 });
    await expect(preparePython(request({ python: join(folder, 'closed') }))).rejects.toThrow(
      /closed, which this user may not run/,
    );
    const bare = join(folder, 'bin/python3');
    await expect(preparePython(request({ python: bare }))).rejects.toThrow(
      `Install it with: ${bare} -m pip install ipykernel`,
    );
  });

  it('may be the active environment, or the project’s .venv', async () => {
    const environment = { ...request().environment, VIRTUAL_ENV: dirname(dirname(testPython())) };
    expect(await preparePython(request({ environment }))).toMatchObject({ origin: 'active', path: testPython() });
    mkdirSync(join(folder, '.venv/bin'), { recursive: true });
    writeFileSync(join(folder, '.venv/bin/python'), `#!/bin/sh\nexec ${testPython()} "$@"\n`, { mode: 0o755 });
    expect(await preparePython(request())).toMatchObject({ origin: 'project', path: join(folder, '.venv/bin/python') });
  });
});

describe('our own Python', () => {
  it('is built once, also by two at once, reused, and counts no more when the requirements change', async () => {
    addBare();
    // Debian's own Python, which is always considered, may have ipykernel.
    const without = await findPython(request());
    addWheel();
    const [first, second] = await Promise.all([preparePython(request()), preparePython(request())]);
    expect(first).toMatchObject({ origin: 'own', ipykernel: '9.9.9' });
    expect(second).toEqual(first);
    expect(said.filter((line) => line.startsWith('Preparing'))).toHaveLength(1);
    expect(said).toContainEqual(expect.stringMatching(/^Another process is preparing/));
    expect(await findPython(request())).toEqual(first);
    expect(cached()).toHaveLength(1);
    writeFileSync(join(folder, 'requirements.txt'), 'ipykernel>=9\n');
    expect(await findPython(request())).toEqual(without);
  });

  it('gives way to a Python of the machine when it cannot be built, and is not tried again at once', async () => {
    script('python3', `exec ${testPython()} "$@"`);
    expect(await preparePython(request())).toMatchObject({ origin: 'machine' });
    expect(said).toContainEqual(expect.stringMatching(/^That did not work\. pip could not install/));
    expect(cached()).toEqual([]);
    said = [];
    expect(await preparePython(request())).toMatchObject({ origin: 'machine' });
    expect(said).toEqual([]);
  });

  it('leaves nothing half-built behind when it is interrupted', async () => {
    addBare();
    const without = await findPython(request());
    addWheel();
    const stop = new AbortController();
    // Its first message says that it builds.
    const say = () => {
      setImmediate(() => {
        stop.abort(new Error('stopped'));
      });
    };
    await expect(preparePython(request({ say, signal: stop.signal }))).rejects.toThrow('stopped');
    expect(cached()).toEqual([]);
    expect(await findPython(request())).toEqual(without);
  });
});
