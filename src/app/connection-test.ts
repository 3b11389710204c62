/** Tests one connection as a script would use it: a new kernel opens it with `link` and sends the smallest query. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { authorize } from '../domain/access/access.ts';
import type { Actor } from '../domain/access/access.ts';
import { WRAPPERS } from '../domain/connection/connection-wrapper.ts';
import { AppError } from '../domain/error.ts';
import { KernelDiedError } from '../domain/kernel/kernel.ts';
import type { Kernel } from '../domain/kernel/kernel.ts';
import { kernelRequest } from '../domain/kernel/kernel-request.ts';
import { createMask } from '../domain/mask/mask.ts';
import type { AppContext } from './context.ts';

const LIMIT_MS = 30_000;
const MESSAGE_CHARS = 1000;

/** `message`: the driver's answer, without secrets; for a connection that works, how it was tested. */
export interface ConnectionTrial {
  readonly ok: boolean;
  readonly ms: number;
  readonly message: string;
}

/** Throws `forbidden`, `not-found`, `invalid` for a connection that is switched off, `unavailable` without a kernel. */
export async function testConnection(ctx: AppContext, actor: Actor, name: string): Promise<ConnectionTrial> {
  authorize(actor, { type: 'administer' });
  if (ctx.connections === undefined) throw new AppError('not-found', `There is no connection ${name}.`);
  const id = ctx.newId();
  const directory = join(ctx.workDirectory, id);
  await mkdir(directory, { mode: 0o700 });
  try {
    const { environment, secrets, writablePaths } = await ctx.connections.forTest(name, directory);
    const isSql = await usesSql(ctx, name);
    const request = { ...kernelRequest(id, directory), environment, writablePaths };
    const kernel = await ctx.kernels.acquire(request, AbortSignal.timeout(LIMIT_MS));
    const trial = await tryIt(kernel, trialCode(name, isSql));
    const said = createMask(secrets).text(trial.message).slice(0, MESSAGE_CHARS);
    return { ...trial, message: trial.ok ? (isSql ? 'It answered “select 1”.' : 'It was opened.') : said };
  } finally {
    await ctx.folders.remove(directory);
  }
}

async function usesSql({ connections }: AppContext, name: string): Promise<boolean> {
  const listing = (await connections?.list())?.connections.find((item) => item.name === name);
  return WRAPPERS[listing?.wrapper ?? '']?.isSql === true;
}

function trialCode(name: string, isSql: boolean): string {
  const open = `import functools, link as _link\n_opened = functools.reduce(getattr, ${JSON.stringify(name)}.split("."), _link.lnk)\n`;
  return open + (isSql ? 'list(_opened.select("select 1"))\n' : '');
}

async function tryIt(kernel: Kernel, code: string): Promise<ConnectionTrial> {
  const startMs = performance.now();
  let message = '';
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void kernel.kill();
  }, LIMIT_MS);
  try {
    // not silent: a silent request reports no errors either
    const { status } = await kernel.execute(code, {
      onMessage: (said) => {
        if (said.type === 'error') message = `${said.name}: ${said.value}`;
      },
    });
    return { ok: status === 'ok', ms: Math.round(performance.now() - startMs), message };
  } catch (error) {
    if (!(error instanceof KernelDiedError)) throw error;
    return {
      ok: false,
      ms: Math.round(performance.now() - startMs),
      message: late ? `No answer within ${LIMIT_MS / 1000} seconds.` : `The kernel died. ${error.death.tail}`,
    };
  } finally {
    clearTimeout(timer);
    await kernel.kill();
  }
}
