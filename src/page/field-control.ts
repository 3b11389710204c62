/** What the controls of a form need beyond their domain field: words, previews, and where JSON is wrong. */
import type { FieldProblem } from '../domain/error.ts';
import type { Field } from '../domain/parameter/field.ts';
import { hasOffset } from '../domain/parameter/format/moment.ts';
import { relativeDateText } from '../domain/parameter/relative-date-text.ts';
import { LANGUAGE, message } from './message/message.ts';
import { CONTROL_WORDS } from './message/message-control.ts';
import type { Viewer } from './viewer.ts';

/** One of the two fields of a range. */
interface EndView {
  readonly label: string;
  readonly value: string;
  readonly preview: string;
}

/** The line with a mistake, cut around it. */
interface MarkView {
  readonly line: number;
  readonly column: number;
  readonly before: string;
  readonly at: string;
  readonly after: string;
}

export interface ControlView {
  readonly ends: readonly EndView[];
  /** What is in the field for the zone, and what it shows while it is empty; undefined: there is none. */
  readonly zone: string | undefined;
  readonly zonePlaceholder: string;
  /** What a relative date means now; undefined for fields that accept none. */
  readonly preview: string | undefined;
  readonly mark: MarkView | undefined;
  readonly words: typeof CONTROL_WORDS;
}

const EXAMPLES: Partial<Record<Field['control'], string>> = {
  json: message.script.jsonHint,
  list: message.script.listHint,
  color: '#1f77b4',
  email: 'ana@example.org',
  url: 'https://',
};

/** What a field shows while it is empty. */
export function placeholderOf({ placeholder, control }: Field): string {
  return placeholder ?? EXAMPLES[control] ?? '';
}

export function controlView(field: Field, viewer: Viewer, problem: FieldProblem | undefined): ControlView {
  const { control, value, ends = ['', ''], zone } = field;
  const isWritten = hasOffset(value);
  return {
    ends: ends.map((end, index) => ({
      label: index === 0 ? CONTROL_WORDS.from : CONTROL_WORDS.to,
      value: end,
      preview: control === 'date-range' ? previewOf(end, 'date', viewer) : '',
    })),
    zone: zone === '' && !isWritten ? viewer.timezone : zone,
    zonePlaceholder: isWritten ? CONTROL_WORDS.zoneWritten : '',
    preview:
      control === 'date' || control === 'datetime'
        ? previewOf(value, control, zone === undefined || zone === '' ? viewer : { ...viewer, timezone: zone })
        : undefined,
    mark: problem === undefined ? undefined : markOf(value, problem),
    words: CONTROL_WORDS,
  };
}

function previewOf(value: string, kind: 'date' | 'datetime', { locale, timezone, nowMs }: Viewer): string {
  return relativeDateText(value, kind, { language: LANGUAGE, locale }, { nowMs, timezone });
}

/** So many characters of the line are shown on each side. */
const MARK_CHARS = 30;

function markOf(text: string, { line, column }: FieldProblem): MarkView | undefined {
  if (line === undefined || column === undefined) return undefined;
  const source = text.split(/\r?\n/)[line - 1] ?? '';
  const start = column - 1;
  return {
    line,
    column,
    before: (start > MARK_CHARS ? '…' : '') + source.slice(Math.max(0, start - MARK_CHARS), start),
    at: source.charAt(start) || ' ',
    after: source.slice(start + 1, start + 1 + MARK_CHARS) + (source.length > start + 1 + MARK_CHARS ? '…' : ''),
  };
}

/** All zones that the runtime knows, for the fields that offer them. */
export function timezones(): readonly string[] {
  return Intl.supportedValuesOf('timeZone');
}
