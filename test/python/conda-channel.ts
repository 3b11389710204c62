/** A channel of conda packages in a folder, and a Python with rattler, which installs them. */
import { spawnSync } from 'node:child_process';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programsIn } from '../program.ts';
import { testPython } from '../python.ts';

const MAKE_CHANNEL = programsIn(import.meta.dirname)('make-channel');
const SITE = 'import sysconfig; print(sysconfig.get_paths()["purelib"])';

/** The folder of py-rattler; undefined: tests that need it are skipped. */
export const rattler = process.env['SCRIPT_RUNNER_PY_RATTLER'];

export interface CondaChannel {
  /** Has the Python of the tests as `python`, its `ipykernel`, and `salesc` in the versions 1.0 and 2.0. */
  readonly url: string;
  /** Path of a Python that has rattler and ipykernel. */
  readonly python: string;
}

/** `folder`: private; the channel and the Python become folders of it. */
export function createChannel(folder: string): CondaChannel {
  const channel = join(folder, 'channel');
  const python = join(folder, 'python-with-rattler');
  run(['-c', MAKE_CHANNEL, channel]);
  run(['-m', 'venv', '--without-pip', python]);
  const [site = ''] = globSync(join(python, 'lib/python3*/site-packages'));
  writeFileSync(join(site, 'rattler.pth'), `${rattler}\n${run(['-c', SITE])}\n`);
  return { url: `file://${channel}`, python: join(python, 'bin/python') };
}

function run(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(testPython(), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}
