/** Findings that the author has silenced: `# script-runner: ignore CODE` in the code, or `ignore` in the metadata. */
import { type Finding, FINDING_SEVERITIES, findingAt, findingOf, isFindingCode } from './finding.ts';

const COMMENT = /(?:^|\s)(#|\/\/|--)\s*script-runner:\s*ignore\s+([\w-]+(?:\s*,\s*[\w-]+)*)/;

interface Silence {
  readonly cell: number;
  /** From 1; the comment silences this line, and the next if it stands alone. */
  readonly line: number;
  readonly isAlone: boolean;
  readonly codes: readonly string[];
}

/**
 * The findings without the silenced ones, and one for each code that there is not. `sources`: the code cells;
 * `everywhere`: the codes that the metadata silences.
 */
export function withoutSilenced(
  findings: readonly Finding[],
  sources: readonly string[],
  everywhere: readonly string[],
): readonly Finding[] {
  const silences = sources.flatMap(readSilences);
  const isSilenced = ({ code, step, line = 0 }: Finding) =>
    everywhere.includes(code) ||
    silences.some(
      (each) =>
        each.cell + 1 === step &&
        each.codes.includes(code) &&
        (each.line === line || (each.isAlone && each.line === line - 1)),
    );
  return [
    ...findings.filter((each) => !isSilenced(each)),
    ...everywhere
      .filter((code) => !isFindingCode(code))
      .map((code) => findingOf('unknown-code', { ...unknown(code), where: 'the notebook’s metadata' })),
    ...silences.flatMap(({ cell, line, codes }) =>
      codes
        .filter((code) => !isFindingCode(code))
        .map((code) => findingAt('unknown-code', { cell, line }, unknown(code))),
    ),
  ];
}

function readSilences(source: string, cell: number): Silence[] {
  if (!source.includes('script-runner:')) return [];
  return source.split('\n').flatMap((text, index) => {
    const found = COMMENT.exec(text);
    if (found === null) return [];
    const codes = (found[2] ?? '').split(',').map((code) => code.trim());
    return [{ cell, line: index + 1, isAlone: text.slice(0, found.index).trim() === '', codes }];
  });
}

function unknown(code: string) {
  return {
    what: `There is no kind of finding “${code}” to ignore.`,
    remedy: `Use one of ${Object.keys(FINDING_SEVERITIES).join(', ')}.`,
  };
}
