/** JUnit's XML, which continuous integration shows. Source: https://github.com/testmoapp/junitxml */

export interface JunitCase {
  /** Groups cases: the script. */
  readonly group: string;
  readonly name: string;
  readonly seconds?: number;
  /** Path of the file, for annotations. */
  readonly file?: string;
  /** Why it failed: a sentence, and the details. */
  readonly failure?: { readonly message: string; readonly text: string };
  /** Why it was not executed. */
  readonly skipped?: string;
  /** What there is to say of it all the same. */
  readonly output?: string;
}

export function junitXml(suite: string, cases: readonly JunitCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const seconds = cases.reduce((sum, each) => sum + (each.seconds ?? 0), 0);
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" time="${seconds.toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="Script Runner" ${counts}>`,
    `  <testsuite name="${escaped(suite)}" ${counts}>`,
    ...cases.map(caseXml),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function caseXml({ group, name, seconds, file, failure, skipped, output }: JunitCase): string {
  const attributes = [
    `name="${escaped(name)}"`,
    `classname="${escaped(group)}"`,
    ...(file === undefined ? [] : [`file="${escaped(file)}"`]),
    ...(seconds === undefined ? [] : [`time="${seconds.toFixed(3)}"`]),
  ].join(' ');
  const inner = [
    ...(failure === undefined
      ? []
      : [`      <failure message="${escaped(failure.message)}">${escaped(failure.text)}</failure>`]),
    ...(skipped === undefined ? [] : [`      <skipped message="${escaped(skipped)}"/>`]),
    ...(output === undefined || output === '' ? [] : [`      <system-out>${escaped(output)}</system-out>`]),
  ];
  if (inner.length === 0) return `    <testcase ${attributes}/>`;
  return [`    <testcase ${attributes}>`, ...inner, '    </testcase>'].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML has no characters for control signs and half characters. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\x20-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
