/**
 * The keys of the server, newest first: the newest one encrypts password values and signs sessions, all of them decrypt
 * and verify. They come from the setting `server_key`, else from two files of the data folder; with the setting, a key
 * that is in the data folder counts as the oldest.
 */
import { hkdfSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findOperatorToken, readOperatorToken } from './operator-token.ts';
import { readKey, SECRET_KEY } from './secret.ts';

const SEAL_BYTES = 32;
const FINGERPRINT_BYTES = 16;

export interface ServerKey {
  /** 32 bytes. */
  readonly seal: Buffer;
  /** Whoever sends it is the operator; sessions are signed with it. */
  readonly operatorToken: string;
  /** Distinguishes keys, and reveals nothing of them. */
  readonly fingerprint: string;
}

export type ServerKeys = readonly [ServerKey, ...ServerKey[]];

/** `texts`: of the setting. Makes the files of the folder if they are needed. Throws `conflict` for damaged ones. */
export function openKeys(directory: string, texts: readonly string[]): ServerKeys {
  const [newest, ...older] = texts.map(keyOfText);
  if (newest === undefined) return [keyOfFolder(directory)];
  return [newest, ...older, ...(hasKey(directory) ? [keyOfFolder(directory)] : [])];
}

/** As `openKeys`, but makes nothing; undefined where there is no key. */
export function findKeys(directory: string, texts: readonly string[]): ServerKeys | undefined {
  return texts.length > 0 || hasKey(directory) ? openKeys(directory, texts) : undefined;
}

/** The operator's token of the newest key; undefined where there is none. Makes nothing, and opens no other file. */
export function findToken(directory: string, [newest]: readonly string[]): string | undefined {
  return newest === undefined ? findOperatorToken(directory) : keyOfText(newest).operatorToken;
}

function hasKey(directory: string): boolean {
  return existsSync(join(directory, SECRET_KEY)) && findOperatorToken(directory) !== undefined;
}

function keyOfText(text: string): ServerKey {
  const seal = derive(text, 'passwords', SEAL_BYTES);
  return withPrint(seal, derive(text, 'operator token', SEAL_BYTES).toString('base64url'));
}

function keyOfFolder(directory: string): ServerKey {
  return withPrint(readKey(join(directory, SECRET_KEY)), readOperatorToken(directory));
}

function withPrint(seal: Buffer, operatorToken: string): ServerKey {
  const fingerprint = derive(seal.toString('hex') + operatorToken, 'fingerprint', FINGERPRINT_BYTES).toString('hex');
  return { seal, operatorToken, fingerprint };
}

/** By HKDF (RFC 5869), which needs a random text. */
function derive(text: string, use: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', text, '', `script-runner ${use}`, bytes));
}
