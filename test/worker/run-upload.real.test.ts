/** Files as inputs of notebooks in other languages, with their real kernels. */
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { uploadFile } from '../../src/app/upload/upload.ts';
import { VIEWER } from '../../src/domain/access/access.ts';
import { createTestApp } from '../app/test-app.ts';
import { BASH_PACKAGES, bashKernel } from '../kernel/bash-kernel.ts';
import { createBench } from '../kernel/fixture.ts';
import { languageKernel, languageProgram } from '../kernel/language-kernel.ts';

const PARAMETERS = { data: { format: 'file', accept: '.csv' }, more: { format: 'file', multiple: true } };
const EXPECTED = 'Ümsatz 1.csv a,b | a.txt A | a.txt B\n';

interface Case {
  readonly dataDirectory: string;
  readonly kernel: { readonly name: string; readonly language: string };
  readonly cells: readonly [parameters: string, code: string];
}

async function check({ dataDirectory, kernel, cells }: Case): Promise<void> {
  const { supplier, scripts } = await createBench({ dataDirectories: [dataDirectory] });
  const [parameters, code] = cells;
  const testApp = await createTestApp(
    [{ source: parameters, tags: ['parameters'] }, code],
    {},
    {
      kernels: supplier,
      directory: scripts,
      metadata: {
        kernelspec: { ...kernel, display_name: kernel.name },
        language_info: { name: kernel.language },
        script_runner: { parameters: PARAMETERS },
      },
    },
  );
  const uploader = { actor: VIEWER, session: '', person: '' };
  const upload = async (name: string, text: string) => {
    const chunks = Readable.from([Buffer.from(text)]);
    return (await uploadFile(testApp.ctx, uploader, { name, chunks })).upload;
  };
  const more = [await upload('a.txt', 'A'), await upload('a.txt', 'B')];
  const { run, events } = await testApp.run({ data: await upload('Ümsatz 1.csv', 'a,b'), more });
  expect(run).toMatchObject({ status: 'succeeded' });
  const text = events.flatMap((event) => (event.type === 'stream-appended' ? [event.text] : [])).join('');
  expect(text).toBe(EXPECTED);
}

it.skipIf(BASH_PACKAGES === undefined)(
  'a Bash notebook gets its files, needs bash_kernel',
  async () =>
    check({
      dataDirectory: await bashKernel(),
      kernel: { name: 'bash', language: 'bash' },
      cells: [
        'data=none.csv\nmore=()',
        'line="$(basename "$data") $(cat "$data")"; for file in "${more[@]}"; do line+=" | $(basename "$file") $(cat "$file")"; done; echo "$line"',
      ],
    }),
  120_000,
);

it.skipIf(languageProgram('deno') === undefined)(
  'a TypeScript notebook gets its files, needs deno',
  async () => {
    const { dataDirectory, asked } = await languageKernel('deno');
    await check({
      dataDirectory,
      kernel: { name: asked.kernelName, language: asked.language },
      cells: [
        'let data = "none.csv";\nlet more = [];',
        'console.log([data, ...more].map((path) => `${path.split("/").pop()} ${Deno.readTextFileSync(path)}`).join(" | "))',
      ],
    });
  },
  120_000,
);
