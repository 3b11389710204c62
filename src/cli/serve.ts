/** `script-runner serve [folder or notebook]`: the server in one process, until it is told to stop. */
import { join } from 'node:path';
import { defined } from '../domain/defined.ts';
import { readConfig } from '../config.ts';
import type { ConfigSources } from '../config.ts';
import { durationWords } from '../domain/run/run-message.ts';
import { startServer } from '../main.ts';
import type { Server } from '../main.ts';
import { untilFault } from './fault.ts';
import { createLog } from './log.ts';
import { reloadSettings } from './reload.ts';
import { sweepRunFolders } from './run-folder.ts';
import { createSupervisor } from './supervisor.ts';

/** How often what killed processes of `run` left behind is looked for. */
const SWEEP_MS = 3_600_000;

export async function serve(target: string, flags: ConfigSources['flags'], yes: boolean): Promise<void> {
  const read = () => readConfig({ target, ...defined({ flags }) });
  let config = read();
  const say = (line: string) => {
    console.log(line);
  };
  const log = createLog(config.log);
  const fault = untilFault(log).then(() => {
    process.exitCode = 1;
  });
  const stopped = Promise.race([untilStopped(), fault]);
  const supervisor = createSupervisor(config.environment);
  const server = await startServer(config, { log, say, yes }).catch((error: unknown) => {
    hangUp();
    throw error;
  });
  say(`Script Runner serves ${config.project.published}\n\n  ${server.url}\n\n${signIn(server, config.data)}`);
  supervisor.ready();
  void sweepRunFolders();
  const sweeping = setInterval(() => void sweepRunFolders(), SWEEP_MS).unref();
  if (!hasTerminal)
    process.on('SIGHUP', () => {
      config = reloadSettings(server, config, { read, log });
    });
  void server.prepared.then((ready) => {
    say(ready ? 'Scripts can run. Ctrl-C stops the server.' : 'Scripts cannot run yet: see above.');
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

/** Listening to the channel of the parent process would keep this process alive. */
function hangUp(): void {
  if (process.connected) process.disconnect();
}

/** Output that does not go to a terminal is kept in a log: then it must not contain the token. */
function signIn({ url, signInUrl }: Server, data: string): string {
  if (process.stdout.isTTY) return `To administer it, sign in: ${signInUrl}`;
  return `To administer it, sign in: ${url}sign-in?token=…, with the token in ${join(data, 'operator-token')}.`;
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
