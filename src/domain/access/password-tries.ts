/** How often the password may be tried: the limits, and the port of whatever counts the tries. */

/** Limits on wrong passwords: of one, and of all of a kind together. */
const TRIES_OF_ONE = 5;
const TRIES_OF_ALL = 100;
const WINDOW_MS = 15 * 60_000;

/**
 * `stranger`: by network address; `account`: by the name that strangers enter; `device`: a browser that has signed in
 * before; `token`: a network address from which a wrong token came; `code`: an account whose password was right. Each
 * kind is counted by itself.
 */
export type Trier = readonly [kind: 'stranger' | 'account' | 'device' | 'token' | 'code', who: string];

/**
 * The account that a stranger tries, however its name is written: directories compare names without case, width,
 * repeated blanks and signs that nobody sees. Source: RFC 4518, section 2.
 */
export function accountKey(provider: string, name: string): string {
  const spaced = name.normalize('NFKC').replaceAll(/\s+/g, ' ');
  const seen = spaced.replaceAll(/\p{Default_Ignorable_Code_Point}|\p{Control}/gu, '');
  return JSON.stringify([provider, seen.replaceAll(/ +/g, ' ').trim().toLowerCase()]);
}

export interface PasswordTry {
  readonly who: string;
  readonly atMs: number;
}

export interface PasswordTries {
  /** Counts a try before it is checked. Undefined when it is allowed, else the seconds to wait. */
  take(by: Trier, nowMs: number): Promise<number | undefined>;
  /** The last try was right: it does not count, nor do earlier ones against the limit of one. */
  forgive(by: Trier): Promise<void>;
}

export interface TryRefusal {
  readonly waitS: number;
  /** The limit of all is reached: nobody else of the kind may try either. */
  readonly isOfAll: boolean;
}

/** Also after the clock was set back. */
export function countsAt(nowMs: number): { readonly afterMs: number; readonly beforeMs: number } {
  return { afterMs: nowMs - WINDOW_MS, beforeMs: nowMs + WINDOW_MS };
}

/** `tries`: of one kind that count now, oldest first. Undefined if `who` may try. */
export function refuseTry(tries: readonly PasswordTry[], who: string, nowMs: number): TryRefusal | undefined {
  const own = tries.filter((one) => one.who === who);
  const isOfAll = tries.length >= TRIES_OF_ALL;
  const [oldest] = own.length >= TRIES_OF_ONE ? own : isOfAll ? tries : [];
  if (oldest === undefined) return undefined;
  return { waitS: Math.ceil((oldest.atMs + WINDOW_MS - nowMs) / 1000), isOfAll };
}

/** Counts in memory, for one process. */
export function countTriesHere(): PasswordTries {
  const tries: Record<Trier[0], PasswordTry[]> = { stranger: [], account: [], device: [], token: [], code: [] };
  return {
    async take([kind, who], nowMs) {
      const { afterMs, beforeMs } = countsAt(nowMs);
      tries[kind] = tries[kind].filter(({ atMs }) => atMs > afterMs && atMs < beforeMs);
      const refusal = refuseTry(tries[kind], who, nowMs);
      if (refusal === undefined) tries[kind].push({ who, atMs: nowMs });
      return refusal?.waitS;
    },
    async forgive([kind, who]) {
      const last = tries[kind].findLastIndex((one) => one.who === who);
      tries[kind] = tries[kind]
        .filter((_, index) => index !== last)
        .map((one) => (one.who === who ? { ...one, who: '' } : one));
    },
  };
}
