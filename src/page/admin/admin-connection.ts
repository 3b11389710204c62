/** The project's connections on the operator's page: their targets, their problems, and test results. */
import type { ConnectionListings, ConnectionProblem } from '../../domain/connection/connection.ts';
import type { Urls } from '../urls.ts';
import { message } from '../message/message.ts';
import { numberText } from '../viewer.ts';
import type { Viewer } from '../viewer.ts';

/** The result of a connection test. */
export interface Trial {
  readonly name: string;
  readonly ok: boolean;
  readonly message: string;
  readonly ms?: number;
}

interface ProblemView {
  readonly what: string;
  readonly where: string;
  readonly remedy: string;
}

export interface ConnectionsView {
  readonly file: string;
  /** For the file as a whole. */
  readonly problems: readonly ProblemView[];
  readonly rows: readonly {
    readonly name: string;
    readonly wrapper: string;
    readonly target: string;
    readonly isOff: boolean;
    readonly problems: readonly ProblemView[];
    readonly trial?: { readonly ok: boolean; readonly title: string; readonly text: string };
  }[];
  readonly testUrl: string;
}

export function connectionsView(
  listings: ConnectionListings,
  trial: Trial | undefined,
  viewer: Viewer,
  urls: Urls,
): ConnectionsView {
  return {
    file: listings.file,
    problems: [...listings.problems, ...listings.warnings].map(problemView),
    rows: listings.connections.map(({ name, wrapper, target, problems, warnings }) => ({
      name,
      wrapper,
      target,
      isOff: problems.length > 0,
      problems: [...problems, ...warnings].map(problemView),
      ...(trial?.name === name ? { trial: trialView(trial, viewer) } : {}),
    })),
    testUrl: urls.connectionTest(),
  };
}

function trialView({ ok, message: text, ms }: Trial, viewer: Viewer) {
  const words = message.admin.connection;
  return { ok, text, title: ok ? words.works(ms === undefined ? '' : `${numberText(ms, viewer)} ms`) : words.fails };
}

function problemView({ what, where = '', remedy = '' }: ConnectionProblem): ProblemView {
  return { what, where, remedy };
}
