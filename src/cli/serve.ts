/** `script-runner serve`, `web` and `worker`: the server in one process or in several, until it is told to stop. */
import { join } from 'node:path';
import { defined } from '../domain/defined.ts';
import type { Log } from '../app/context.ts';
import type { Role } from '../compose/compose.ts';
import { readConfig, type Config } from '../config/config.ts';
import type { ConfigSources } from '../config/config.ts';
import { durationWords } from '../domain/run/run-message.ts';
import type { WorkerProcess } from '../main-worker.ts';
import { startServer } from '../main.ts';
import type { Server } from '../main.ts';
import { untilFault } from './fault.ts';
import { createLog } from './log.ts';
import { reloadSettings } from './reload.ts';
import { withoutDatabase } from './role.ts';
import { sweepRunFolders } from './run/run-folder.ts';
import { createSupervisor } from './supervisor.ts';

/** How often what killed processes of `run` left behind is looked for. */
const SWEEP_MS = 3_600_000;

export interface ServeOptions {
  readonly role: Role;
  /** Packages of the operating system may be installed without asking. */
  readonly yes: boolean;
}

/** Throws as `startServer`, and `invalid` for a part of the server without a database that the parts share. */
export async function serve(target: string, flags: ConfigSources['flags'], { role, yes }: ServeOptions): Promise<void> {
  const read = () => readConfig(withSource(target, flags));
  let config = read();
  if (role !== 'serve' && config.database === undefined) throw withoutDatabase(role);
  const say = (line: string) => {
    console.log(line);
  };
  const log = createLog(config.log);
  const fault = untilFault(log).then(() => {
    process.exitCode = 1;
  });
  const stopped = Promise.race([untilStopped(), fault]);
  const supervisor = createSupervisor(config.environment);
  const server = await start(config, { role, log, say, yes }).catch((error: unknown) => {
    hangUp();
    throw error;
  });
  supervisor.ready();
  void sweepRunFolders();
  const sweeping = setInterval(() => void sweepRunFolders(), SWEEP_MS).unref();
  if (!hasTerminal)
    process.on('SIGHUP', () => {
      config = reloadSettings(server, config, { read, log });
    });
  void server.prepared.then((ready) => {
    const done = role === 'web' ? 'Workers run the scripts.' : 'Scripts can run.';
    say(
      ready ? `${done} Ctrl-C stops the ${role === 'worker' ? role : 'server'}.` : 'Scripts cannot run yet: see above.',
    );
  });
  await stopped;
  clearInterval(sweeping);
  supervisor.stopping();
  say(`Stopping; running reports have ${durationWords(config.graceMs)} to end. Ctrl-C again stops at once.`);
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  await server.close(config.graceMs);
  supervisor.close();
  hangUp();
}

/** The address of a repository in place of a folder: the project of this folder, with the scripts of the repository. */
function withSource(target: string, flags: ConfigSources['flags']): ConfigSources {
  return target.startsWith('git+')
    ? { target: '.', flags: { ...flags, source: target } }
    : { target, ...defined({ flags }) };
}

/** Starts it and says where it is. */
async function start(
  config: Config,
  { role, ...options }: ServeOptions & { readonly log: Log; readonly say: (line: string) => void },
): Promise<WorkerProcess> {
  if (role === 'worker') {
    const { startWorker } = await import('../main-worker.ts');
    const worker = await startWorker(config, options);
    options.say(`Script Runner works for ${config.database?.shown ?? ''} on ${config.project.published}`);
    return worker;
  }
  const server = await startServer(config, { role, ...options });
  options.say(
    `Script Runner serves ${config.source?.address.shown ?? config.project.published}\n\n  ${server.url}\n\n${signIn(server, config)}`,
  );
  return server;
}

/** Listening to the channel of the parent process would keep this process alive. */
function hangUp(): void {
  if (process.connected) process.disconnect();
}

/** Output that does not go to a terminal is kept in a log: then it must not contain the token. */
function signIn({ url, signInUrl }: Server, { data, serverKeys }: Config): string {
  if (process.stdout.isTTY) return `To administer it, sign in: ${signInUrl}`;
  const where = serverKeys.length > 0 ? 'that script-runner key token prints' : `in ${join(data, 'operator-token')}`;
  return `To administer it, sign in: ${url}sign-in?token=…, with the token ${where}.`;
}

/** With a terminal, SIGHUP means its end, and the server's; without one it asks to read the settings again. */
const hasTerminal = process.stdin.isTTY;

/** A signal, or the end of the process that started this one with a channel. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', ...(hasTerminal ? ['SIGHUP'] : [])])
      process.once(signal, () => {
        resolve();
      });
    process.once('disconnect', () => {
      resolve();
    });
  });
}
