/** The interface of every format's file. A new format needs its own file, and a place in `all.ts`. */
import type {
  DocumentFormat,
  DocumentSource,
  MissingProgram,
  WrittenDocument,
} from '../../domain/report/document-writer.ts';
import type { ProgramLimits } from '../program.ts';
import type { Tools } from '../tool.ts';

export interface WrittenFormat extends DocumentFormat {
  /** Undefined if it can be written here. */
  readonly missing: (tools: Tools) => Promise<MissingProgram | undefined>;
  /** Rejects with a `ProgramError`. */
  readonly write: (tools: Tools, source: DocumentSource, limits: ProgramLimits) => Promise<WrittenDocument>;
}
