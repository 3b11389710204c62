/** For whom a run is made, as its kernel is told: data, never code. */
import type { Person } from '../access/right.ts';
import { defined } from '../defined.ts';

/** Of the names of all groups as JSON; a variable of the environment has at most 128 KiB. */
const MOST_GROUP_CHARS = 30_000;

/** What a run keeps of the actor's person; undefined: nobody known by name. */
export function runPerson({ name, email, groups, isSignedIn }: Person): Person | undefined {
  if (name === undefined) return undefined;
  return { name, groups, isSignedIn, ...defined({ email }) };
}

/**
 * The variables of the kernel's environment; empty where nothing is known. Of a list of groups that is too long, none
 * counts, as at sign-in.
 */
export function personVariables(person: Person | undefined): Readonly<Record<string, string>> {
  const groups = JSON.stringify(person?.groups ?? []);
  return {
    SCRIPT_RUNNER_USER: plain(person?.name),
    SCRIPT_RUNNER_USER_EMAIL: plain(person?.email),
    SCRIPT_RUNNER_USER_GROUPS: groups.length > MOST_GROUP_CHARS ? '[]' : groups,
  };
}

/** Variables end at a NUL. Leaving it out would make one name of two. */
function plain(text = ''): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
