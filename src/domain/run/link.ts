/** Links with which anybody may see one report, without signing in. */
import { AppError } from '../error.ts';
import { DAY_MS, HOUR_MS } from '../milliseconds.ts';

export const LINK_LIMITS = { ofRun: 50, listed: 500, noteChars: 200 };
export const USUAL_LINK_MS = 7 * DAY_MS;
/** How long a link that has ended is still listed. */
export const ENDED_LINK_MS = 30 * DAY_MS;

/** `download`: also its files, tables and other formats. */
export type LinkAllows = 'view' | 'download';

export interface NewLink {
  /** 22 characters of base64url: 128 random bits. */
  readonly id: string;
  readonly allows: LinkAllows;
  /** Programs that show previews of links get the first picture of the report; they may keep it for longer. */
  readonly preview: boolean;
  /** For whoever made it. */
  readonly note: string;
  readonly by: string;
  readonly untilMs: number;
}

export interface Link extends NewLink {
  readonly atMs: number;
  /** How often its page was opened, and when last. */
  readonly uses: number;
  readonly usedAtMs?: number;
  readonly revokedAtMs?: number;
}

/** A link with the report that it shows. */
export interface RunLink extends Link {
  readonly run: string;
  readonly script: string;
  readonly title: string;
}

/** Links are deleted with their reports, and some time after they have ended. */
export interface LinkStore {
  /**
   * Throws `not-found` for an unknown run, `gone` for a deleted one, and `conflict` if the run has
   * `LINK_LIMITS.ofRun` links that have not ended.
   */
  make(run: string, link: NewLink, atMs: number): Promise<void>;
  find(id: string): Promise<RunLink | undefined>;
  /** The newest first. */
  ofRun(run: string): Promise<readonly Link[]>;
  /** Of all reports, the newest first, at most `LINK_LIMITS.listed`. */
  newest(): Promise<readonly RunLink[]>;
  /** False if the run has no such link. */
  revoke(run: string, id: string, atMs: number): Promise<boolean>;
  /** Its page was opened. */
  noteUse(id: string, atMs: number): Promise<void>;
}

export function isLive({ untilMs, revokedAtMs }: Pick<Link, 'untilMs' | 'revokedAtMs'>, nowMs: number): boolean {
  return revokedAtMs === undefined && nowMs < untilMs;
}

export interface LinkWish {
  readonly allows?: LinkAllows;
  readonly preview?: boolean;
  readonly note?: string;
  /** Absent: `USUAL_LINK_MS`, or `mostMs` if that is less. */
  readonly lifeMs?: number;
}

/** `mostMs`: the longest life that the settings allow. Throws `invalid`. */
export function newLink(
  { allows = 'view', preview = false, note = '', lifeMs }: LinkWish,
  {
    id,
    by,
    nowMs,
    mostMs,
  }: { readonly id: string; readonly by: string; readonly nowMs: number; readonly mostMs: number },
): NewLink {
  const life = lifeMs ?? Math.min(USUAL_LINK_MS, mostMs);
  if (!Number.isFinite(life) || life <= 0) throw wrong('days', 'A link lives for some time: write 1 or more days.');
  if (life > mostMs) throw wrong('days', `Links live for ${lifeText(mostMs)} at most here. Write less.`);
  const text = note.trim();
  if (text.length > LINK_LIMITS.noteChars)
    throw wrong('note', `The note is too long: ${LINK_LIMITS.noteChars} characters are the most.`);
  return { id, allows, preview, note: text, by, untilMs: nowMs + life };
}

export function lifeText(ms: number): string {
  const [count, word] = ms < 2 * DAY_MS ? [Math.round(ms / HOUR_MS), 'hour'] : [Math.round(ms / DAY_MS), 'day'];
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function wrong(field: string, message: string): AppError {
  return new AppError('invalid', message, { fields: [{ field, message }] });
}
