/** Runs one command of git: in bounded time, with bounded output, without asking anybody and without hooks. */
import { spawn } from 'node:child_process';
import { AppError } from '../domain/error.ts';
import type { GitAddress } from '../domain/script/script-origin.ts';
import { killGroup } from '../system/process-kill.ts';
import { readTail } from '../system/text-tail.ts';

export interface GitOptions {
  readonly protocol: GitAddress['protocol'];
  /** The server's variables; git gets only those that it and its credential helpers need. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  /** Limit of what it prints. */
  readonly maxBytes?: number;
  /** Ends it; the reason is thrown. */
  readonly signal?: AbortSignal;
  /** Index file of this command. */
  readonly index?: string;
}

const PRINTED_BYTES = 1_000_000;
const KEPT =
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|SSH_AUTH_SOCK|SSL_CERT_(FILE|DIR)|XDG_(CONFIG_HOME|RUNTIME_DIR)|(https?|all|no)_proxy|GIT_(ASKPASS|SSH|SSH_COMMAND|SSH_VARIANT|SSL_\w+|PROXY_\w+|CONFIG_GLOBAL|CONFIG_SYSTEM)|GCM_\w+)$/i;
/** Whatever the repository or the user's settings say. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.autocrlf=false',
  'core.protectNTFS=true',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'fetch.unpackLimit=1',
  'gc.auto=0',
  'maintenance.auto=false',
  'init.templateDir=',
  // a password must not go, and scripts must not come, where the setting does not say
  'http.followRedirects=false',
];

/** What it prints. Throws `unavailable` with git's own reason, or why it was ended. */
export async function runGit(args: readonly string[], options: GitOptions): Promise<Buffer> {
  options.signal?.throwIfAborted();
  const child = spawn('git', [...SETTINGS.flatMap((setting) => ['-c', setting]), ...args], {
    env: gitEnvironment(options),
    stdio: ['ignore', 'pipe', 'pipe'],
    // its helpers end with it, and without a terminal ssh asks nobody. Its command is not set here: that would replace
    // the one of the user's settings
    detached: true,
  });
  const said = readTail(child.stderr);
  const printed: Buffer[] = [];
  let bytes = 0;
  let ended: Error | undefined;
  const end = (why: Error) => {
    ended ??= why;
    if (child.pid !== undefined) killGroup(child.pid);
  };
  child.stdout.on('data', (piece: Buffer) => {
    bytes += piece.byteLength;
    if (bytes > (options.maxBytes ?? PRINTED_BYTES)) end(unavailable('The repository has too many files or branches.'));
    else printed.push(piece);
  });
  const timer = setTimeout(
    () => end(unavailable(`Git did not finish within ${Math.round(options.timeoutMs / 1000)} seconds.`)),
    options.timeoutMs,
  );
  const abort = () => end(options.signal?.reason as Error);
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    if (ended !== undefined) throw ended;
    if (code !== 0) throw unavailable(sentenceOf(said()));
    return Buffer.concat(printed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw unavailable('The program git is not installed on this machine.');
    throw error;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', abort);
  }
}

export function unavailable(text: string): AppError {
  return new AppError('unavailable', text);
}

function sentenceOf(said: string): string {
  const reason = reasonOf(said);
  return /returned error: 30[12378]/.test(reason)
    ? `The server of the repository leads to another address, which is not followed. Enter the other one as source. Git says: ${reason}`
    : `Git says: ${reason}`;
}

/** The lines that say what is wrong, without the password that a setting of git may have put into an address. */
function reasonOf(said: string): string {
  const lines = said.split('\n').map((line) => line.trim().replace(/\/\/[^/@\s]*@/g, '//'));
  const own = lines.filter((line) => /^(fatal|error|remote|ssh|Permission|Host key)/i.test(line));
  const text = (own.length === 0 ? lines.filter((line) => line !== '').slice(-1) : own).slice(0, 3).join(' ');
  return text === '' ? 'nothing' : text.slice(0, 500);
}

function gitEnvironment({ environment, protocol, index }: GitOptions): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name, value]) => KEPT.test(name) && value !== undefined);
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: protocol,
    GIT_LFS_SKIP_SMUDGE: '1',
    ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
  };
}
