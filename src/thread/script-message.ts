/** The messages between the server's thread and the thread that reads large notebooks. */
import type { Finding } from '../domain/finding.ts';
import type { ScriptProblem } from '../domain/problem.ts';
import type { ParsedScript } from '../files/script-parse.ts';
import type { SourceFile } from '../files/source-file.ts';
import type { SentError } from './report-message.ts';

export interface ScriptQuestion {
  readonly name: string;
  readonly source: SourceFile;
  readonly sidecar: SourceFile | undefined;
}

export interface ScriptAnswer {
  /** Without the findings, which are a function. */
  readonly parsed?: ParsedScript;
  /** As asked: its bytes are handed over, and handed back. */
  readonly source: SourceFile;
  readonly findings?: readonly Finding[];
  readonly error?: SentError & { readonly problem?: ScriptProblem };
}
