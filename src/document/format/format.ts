/** The interface of every format's file. A new format needs its own file, and a place in `all.ts`. */
import type { DocumentFormat, DocumentSource, WrittenDocument } from '../../domain/report/document-writer.ts';
import type { ProgramLimits } from '../program.ts';
import type { Tools } from '../tool.ts';

export interface WrittenFormat extends DocumentFormat {
  /** Why it cannot be written here, and the line that changes it; undefined if it can. */
  readonly missing: (tools: Tools) => Promise<string | undefined>;
  /** Rejects with a `ProgramError`. */
  readonly write: (tools: Tools, source: DocumentSource, limits: ProgramLimits) => Promise<WrittenDocument>;
}
