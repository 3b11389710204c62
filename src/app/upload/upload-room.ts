/** How much each person may upload: at once, and within an hour. In the memory of one process. */
import { AppError } from '../../domain/error.ts';
import { HOUR_MS } from '../../domain/milliseconds.ts';

/** Uploads at once, of one person and of all. */
const OPEN_OF_ONE = 8;
const OPEN = 64;
/** What one person may upload within an hour, in multiples of what a run may be given. */
const HOURLY = 10;
/** People who are remembered. */
const MOST_PEOPLE = 10_000;
const RETRY_AFTER_S = 60;

export interface UploadRoom {
  /** Throws `unavailable` if too much is under way, or this person has uploaded too much within the hour. */
  enter(person: string, limitBytes: number, nowMs: number): Entrance;
}

export interface Entrance {
  /** Throws as `enter`. */
  count(bytes: number): void;
  leave(): void;
}

interface Account {
  sinceMs: number;
  bytes: number;
  open: number;
}

export function createUploadRoom(): UploadRoom {
  const accounts = new Map<string, Account>();
  let open = 0;

  function accountOf(person: string, nowMs: number): Account {
    const known = accounts.get(person);
    if (known !== undefined) {
      // the same account: uploads that are under way leave it later
      if (nowMs - known.sinceMs >= HOUR_MS) Object.assign(known, { sinceMs: nowMs, bytes: 0 });
      return known;
    }
    if (accounts.size >= MOST_PEOPLE) forgetOld(nowMs);
    if (accounts.size >= MOST_PEOPLE) throw refusal('Too many people upload files now.');
    const account = { sinceMs: nowMs, bytes: 0, open: 0 };
    accounts.set(person, account);
    return account;
  }

  function forgetOld(nowMs: number): void {
    for (const [person, account] of accounts)
      if (account.open === 0 && nowMs - account.sinceMs >= HOUR_MS) accounts.delete(person);
  }

  return {
    enter(person, limitBytes, nowMs) {
      const account = accountOf(person, nowMs);
      if (open >= OPEN) throw refusal('Too many files are being uploaded now.');
      if (account.open >= OPEN_OF_ONE) throw refusal(`At most ${OPEN_OF_ONE} files can be uploaded at once.`);
      const most = HOURLY * limitBytes;
      const count = (bytes: number) => {
        account.bytes += bytes;
        if (account.bytes > most) throw refusal('You have uploaded too much within an hour.');
      };
      count(0);
      open += 1;
      account.open += 1;
      let isOver = false;
      return {
        count,
        leave() {
          if (isOver) return;
          isOver = true;
          open -= 1;
          account.open -= 1;
        },
      };
    },
  };
}

function refusal(why: string): AppError {
  return new AppError('unavailable', `${why} Try again later.`, { retryAfterS: RETRY_AFTER_S });
}
