/** `script-runner sessions`: who is signed in, and signing somebody out everywhere. */
import { createAudit } from '../app/audit/audit.ts';
import { endSessionsOf, listSessionsOf, listSignedIn, MOST_PEOPLE, type SessionContext } from '../app/session.ts';
import { readConfig, type ConfigSources } from '../config/config.ts';
import { LOCAL } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import { openPeople } from '../store/open-people.ts';
import { plain } from './server-status.ts';

export interface SessionsOptions {
  /** Project folder. */
  readonly folder: string;
  readonly json: boolean;
}

type SettingFlags = NonNullable<ConfigSources['flags']>;

/** `person`: only that one's sessions. */
export async function listSessions(
  person: string | undefined,
  flags: SettingFlags,
  { folder, json }: SessionsOptions,
): Promise<void> {
  await withSessions(folder, flags, async (ctx) => {
    if (person === undefined) {
      const people = await listSignedIn(ctx, LOCAL);
      if (json) return console.log(JSON.stringify(people, null, 2));
      if (people.length === 0) return console.log('Nobody is signed in with a name.');
      for (const { personId, sessions, seenAtMs } of people)
        console.log(`${plain(personId)}  ${sessions} session(s), last used ${time(seenAtMs)}`);
      if (people.length === MOST_PEOPLE) console.error(`Only the ${MOST_PEOPLE} who were seen last.`);
      return;
    }
    const sessions = await listSessionsOf(ctx, LOCAL, person);
    const shown = sessions.map(({ id, provider, begunAtMs, seenAtMs, untilMs, address, browser }) => {
      return { id, provider, begunAtMs, seenAtMs, untilMs, address, browser };
    });
    if (json) return console.log(JSON.stringify(shown, null, 2));
    if (shown.length === 0) return console.log(`${plain(person)} has no session.`);
    for (const { begunAtMs, seenAtMs, address, browser } of shown)
      console.log(`${time(begunAtMs)}, last used ${time(seenAtMs)}, from ${address}: ${plain(browser)}`);
  });
}

/** Throws `not-found` for somebody who has none: the name may be misspelt. */
export async function endSessions(person: string, flags: SettingFlags, folder: string): Promise<void> {
  await withSessions(folder, flags, async (ctx) => {
    const ended = await endSessionsOf(ctx, LOCAL, person);
    if (ended === 0)
      throw new AppError('not-found', `${person} has no session. script-runner sessions list names who has.`);
    console.log(`Ended ${ended} session(s) of ${plain(person)}; it takes effect within two seconds.`);
  });
}

async function withSessions(
  folder: string,
  flags: SettingFlags,
  work: (ctx: SessionContext) => Promise<void>,
): Promise<void> {
  const { data, database, sessionLimits, audit } = readConfig({ target: folder, flags });
  const people = await openPeople(data, database);
  const recording = audit.isOn ? { audit: createAudit(people.auditStore, Date.now) } : {};
  await work({ sessions: people.sessions, now: Date.now, sessionLimits, ...recording }).finally(() => people.close());
}

function time(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
