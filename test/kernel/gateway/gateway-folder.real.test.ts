/** Files for kernels of a gateway that are not Python: beside the script, and given to the run. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { kernelRequest } from '../../../src/domain/kernel/kernel-request.ts';
import type { KernelSupplier } from '../../../src/domain/kernel/kernel.ts';
import { createGatewaySupplier } from '../../../src/kernel/gateway/gateway-supplier.ts';
import { languages } from '../../../src/language/all.ts';
import { BASH_PACKAGES, bashKernel } from '../bash-kernel.ts';
import { say } from '../fixture.ts';
import { missingJupyter, startJupyter, TOKEN, type JupyterServer } from '../jupyter-server.ts';
import { languageKernel, languageProgram } from '../language-kernel.ts';

interface Case {
  readonly name: 'R' | 'Bash' | 'deno';
  readonly isThere: boolean;
  readonly kernelName: string;
  readonly language: string;
  /** Prints the lines of `expected` for the files beside the script and the given one. */
  readonly read: (given: string) => string;
}

const CASES: readonly Case[] = [
  {
    name: 'R',
    isThere: languageProgram('R') !== undefined,
    kernelName: 'ir',
    language: 'r',
    read: (given) => {
      const size = (path: string) => `length(readBin(${path}, "raw", 1e7))`;
      return `cat(readLines("data/a.csv", warn = FALSE), ${size('"big.bin"')}, file.size("empty"), readLines("${given}/1/a b.csv", warn = FALSE), ${size(`"${given}/2/big"`)}, length(ls()), basename(getwd()), sep = "\\n")`;
    },
  },
  {
    name: 'Bash',
    isThere: BASH_PACKAGES !== undefined,
    kernelName: 'bash',
    language: 'bash',
    read: (given) =>
      `cat data/a.csv; echo; stat -c %s big.bin empty; cat '${given}/1/a b.csv'; echo; stat -c %s ${given}/2/big; history | grep -ci script.runner; basename "$PWD"`,
  },
  {
    name: 'deno',
    isThere: languageProgram('deno') !== undefined,
    kernelName: 'deno',
    language: 'typescript',
    read: (given) =>
      [
        'const size = (path: string) => Deno.readFileSync(path).length;',
        `console.log([Deno.readTextFileSync("data/a.csv"), size("big.bin"), size("empty"), Deno.readTextFileSync("${given}/1/a b.csv"), size("${given}/2/big"), 0, Deno.cwd().split("/").pop()].join("\\n"));`,
      ].join('\n'),
  },
];
const missing = missingJupyter('Kernel Gateway');

describe.skipIf(missing !== '')(`a kernel of another language on a Kernel Gateway${missing}`, () => {
  const root = mkdtempSync(join(tmpdir(), 'gateway-test-folder-'));
  const big = randomBytes(60_001);
  const contents = { 'data/a.csv': Buffer.from('é,1'), 'big.bin': big, empty: Buffer.alloc(0) };
  let server: JupyterServer;
  let supplier: KernelSupplier;

  beforeAll(async () => {
    const folders: string[] = [];
    if (BASH_PACKAGES !== undefined) folders.push(await bashKernel(afterAll));
    for (const name of ['R', 'deno'] as const)
      if (languageProgram(name) !== undefined) folders.push((await languageKernel(name, afterAll)).dataDirectory);
    server = await startJupyter('Kernel Gateway', folders);
    supplier = createGatewaySupplier({
      address: { url: `${server.url}/`, shown: 'gateway.example', isReadable: false, token: TOKEN },
      unenforced: [],
      messageBytes: 1_000_000,
      limits: { fileBytes: 1, totalBytes: 1 },
      folderOf: (language) => languages().get(language)?.folder,
      filesOf: async () => ({
        folder: 'sub',
        left: ['huge.bin'],
        files: Object.entries(contents).map(([path, bytes]) => ({
          path: `sub/${path}`,
          isProgram: path === 'empty',
          read: async () => bytes,
        })),
      }),
    });
    for (const [name, bytes] of [
      ['1/a b.csv', 'ü'],
      ['2/big', big],
    ] as const) {
      mkdirSync(join(root, name, '..'), { recursive: true });
      writeFileSync(join(root, name), bytes);
    }
  });
  afterAll(async () => {
    await supplier?.close();
    await server?.close();
    rmSync(root, { recursive: true });
  });

  async function take({ kernelName, language }: Case) {
    const place = supplier.uploadPlace?.({ script: 'a', kernelName }) ?? '';
    const request = { ...kernelRequest('run', root), kernelName, language, uploads: { folder: root, place } };
    const kernel = await supplier.acquire(request, AbortSignal.timeout(60_000));
    onTestFinished(() => kernel.kill());
    return { kernel, place };
  }

  for (const each of CASES)
    it.skipIf(!each.isThere)(
      `has its files, until it ends: ${each.name}`,
      async () => {
        const { kernel, place } = await take(each);
        expect(kernel.environment).toContain('Files beside the script that are not there: huge.bin.');
        const { text, status } = await say(kernel, each.read(place));
        expect([status, text.trim().split(/\r?\n/)]).toEqual(['ok', ['é,1', '60001', '0', 'ü', '60001', '0', 'sub']]);
        expect(statSync(place).mode & 0o777).toBe(0o700);
        expect(statSync(join(place, '2/big')).mode & 0o777).toBe(0o400);
        await kernel.kill();
        expect(existsSync(place)).toBe(false);
      },
      60_000,
    );

  it.skipIf(BASH_PACKAGES === undefined)('leaves nothing where its start is cancelled', async () => {
    const request = { ...kernelRequest('run', root), kernelName: 'bash', language: 'bash' };
    const place = supplier.uploadPlace?.({ script: 'a', kernelName: 'bash' }) ?? '';
    const cancel = new AbortController();
    const starting = supplier.acquire({ ...request, uploads: { folder: root, place } }, cancel.signal);
    starting.catch(() => undefined);
    await expect.poll(() => existsSync(place), { timeout: 30_000, interval: 10 }).toBe(true);
    cancel.abort(new Error('cancelled'));
    await expect(starting).rejects.toThrow('cancelled');
    expect(existsSync(place)).toBe(false);
  });

  it.skipIf(BASH_PACKAGES === undefined)('is not given more than its language can take', async () => {
    const folder = join(root, 'many');
    mkdirSync(folder);
    writeFileSync(join(folder, 'large'), Buffer.alloc(2_000_001));
    const request = { ...kernelRequest('run', root), kernelName: 'bash', language: 'bash' };
    const place = supplier.uploadPlace?.({ script: 'a', kernelName: 'bash' }) ?? '';
    await expect(
      supplier.acquire({ ...request, uploads: { folder, place } }, AbortSignal.timeout(60_000)),
    ).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The files have 2 MB together; at most 2 MB can be given to a run of this language on a gateway.',
    });
    expect(existsSync(place)).toBe(false);
    rmSync(folder, { recursive: true });
  });
});
