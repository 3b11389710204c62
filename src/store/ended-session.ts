/** The sessions that were signed out, in `ended-sessions.json` of the data folder: they stay ended after a restart. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { createEndedSessions, NONE_ENDED, type EndedSessions, type EndedSessionState } from '../domain/session.ts';
import { readDataFile } from './data-file.ts';

const FILE = 'ended-sessions.json';
const Saved = Type.Object({
  allUntilMs: Type.Union([Type.Number(), Type.Null()]),
  ended: Type.Array(Type.Object({ id: Type.String(), begunMs: Type.Number(), untilMs: Type.Number() })),
});

export interface EndedSessionOptions {
  readonly nowMs: number;
  /** Called when a file cannot be read (then all earlier sessions count as ended) or written. */
  readonly onProblem: (error: unknown) => void;
}

export function openEndedSessions(directory: string, options: EndedSessionOptions): EndedSessions {
  return createEndedSessions(readEndedSessions(directory, options), (state) => {
    try {
      write(join(directory, FILE), state);
    } catch (error) {
      options.onProblem(error);
    }
  });
}

export function readEndedSessions(directory: string, { nowMs, onProblem }: EndedSessionOptions): EndedSessionState {
  return read(join(directory, FILE), nowMs, onProblem);
}

function read(path: string, nowMs: number, onProblem: EndedSessionOptions['onProblem']): EndedSessionState {
  try {
    const file = readDataFile(path);
    if (file === undefined) return NONE_ENDED;
    const saved: Static<typeof Saved> = Value.Parse(Saved, JSON.parse(file.toString('utf8')));
    return { ended: saved.ended, allUntilMs: saved.allUntilMs ?? -Infinity };
  } catch (error) {
    onProblem(error);
    return { ended: [], allUntilMs: nowMs };
  }
}

/** JSON knows no -Infinity and writes null. */
function write(path: string, state: EndedSessionState): void {
  writeFileSync(`${path}.partial`, JSON.stringify(state), { mode: 0o600, flush: true });
  renameSync(`${path}.partial`, path);
}
