/** The second factor of an account: codes that an app computes from a secret every 30 seconds, and recovery codes. */
import { MINUTE_MS } from '../milliseconds.ts';

export interface SecondFactor {
  /** The secret of the codes, encrypted. */
  readonly sealed: string;
  /** Hashes of the recovery codes that were not used yet. */
  readonly recovery: readonly string[];
  /** The newest step whose code was accepted: it and earlier ones are not accepted again. */
  readonly step: number;
}

/** One-time codes by time (port). Source: RFC 6238, with SHA-1, six digits and 30 seconds, as all apps know them. */
export interface OneTimeCodes {
  newSecret(): string;
  /** How apps read the secret. `issuer`: what they call this server. */
  describe(secret: string, label: { readonly issuer: string; readonly name: string }): EnrolmentPicture;
  /** The step of the code; undefined: it is wrong. The clocks may differ by one step. */
  stepOf(secret: string, code: string, nowMs: number): number | undefined;
}

export interface EnrolmentPicture {
  readonly uri: string;
  /** The QR code of `uri`: modules on a side with the quiet zone, and the dark ones as the path of an SVG. */
  readonly size: number;
  readonly path: string;
}

export const RECOVERY_CODES = 10;
/** How long the second page of the sign-in, and the page that sets a second factor up, can be sent. */
export const SECOND_STEP_MS = 10 * MINUTE_MS;

/** As entered: apps show blanks, and people write hyphens. */
export function plainCode(text: string): string {
  return text.replace(/[\s-]/g, '').toUpperCase();
}
