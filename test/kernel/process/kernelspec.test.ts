import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findKernelspecs,
  jupyterDataDirectories,
  kernelArgv,
  kernelspecEnvironment,
  parseKernelspec,
} from '../../../src/kernel/process/kernelspec.ts';

describe('kernelspec', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'kernelspec-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  async function install(data: string, name: string, content: unknown): Promise<void> {
    const folder = join(root, data, 'kernels', name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'kernel.json'), typeof content === 'string' ? content : JSON.stringify(content));
  }

  it('finds kernels; the earlier folder wins, broken ones are left out', async () => {
    await install('user', 'IR', { argv: ['/user/R', '{connection_file}'], display_name: 'R', language: 'R' });
    await install('system', 'ir', { argv: ['/system/R'], language: 'R' });
    await install('system', 'bash', {
      argv: ['python', '-m', 'bash_kernel'],
      language: 'bash',
      interrupt_mode: 'message',
    });
    await install('system', 'half', '{"argv": ["x"');
    await install('system', 'empty', { argv: [] });
    const specs = await findKernelspecs([join(root, 'user'), join(root, 'system'), join(root, 'missing')]);
    expect([...specs.keys()]).toEqual(['ir', 'bash']);
    expect(specs.get('ir')).toMatchObject({
      argv: ['/user/R', '{connection_file}'],
      language: 'r',
      displayName: 'R',
      interruptMode: 'signal',
    });
    expect(specs.get('bash')).toMatchObject({ interruptMode: 'message', displayName: 'bash' });
  });

  it('fills in the placeholders', () => {
    const spec = parseKernelspec(
      'x',
      '/opt/env/share/jupyter/kernels/x',
      JSON.stringify({
        argv: ['{prefix}/bin/x', '{resource_dir}/go', '-f', '{connection_file}'],
        env: { A: '${HOME}/a', B: '${MISSING}' },
      }),
    )!;
    expect(kernelArgv(spec, '/run/c.json')).toEqual([
      '/opt/env/bin/x',
      '/opt/env/share/jupyter/kernels/x/go',
      '-f',
      '/run/c.json',
    ]);
    expect(kernelspecEnvironment(spec, { HOME: '/home/u' })).toEqual({ A: '/home/u/a', B: '${MISSING}' });
  });

  it('knows the Jupyter paths in their order', () => {
    expect(jupyterDataDirectories({ HOME: '/home/u', JUPYTER_PATH: '/first:/second' }, '/opt/env/bin/python')).toEqual([
      '/first',
      '/second',
      '/home/u/.local/share/jupyter',
      '/opt/env/share/jupyter',
      '/usr/local/share/jupyter',
      '/usr/share/jupyter',
    ]);
    expect(jupyterDataDirectories({ HOME: '/home/u', JUPYTER_DATA_DIR: '/data' }, undefined)[0]).toBe('/data');
  });
});
