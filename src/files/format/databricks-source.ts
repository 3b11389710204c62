/**
 * Python files that Databricks keeps in git: cells between `# COMMAND ----------`, other languages behind `# MAGIC`.
 * Source: https://docs.databricks.com/aws/en/notebooks/notebook-format
 */
import { type Format, kernelOf, linesOf, type TextCell, trimmed } from './format.ts';

const FIRST = /^# Databricks notebook source\s*$/;
const BREAK = /^# COMMAND -{10}\s*$/;
const MAGIC = /^# MAGIC ?/;
const TITLE = /^# DBTITLE \d+,(.*)$/;

export const databricksSource: Format = { name: 'Databricks notebook', extensions: ['.py'], read };

function read(text: string) {
  const [first = '', ...lines] = linesOf(text);
  if (!FIRST.test(first)) return undefined;
  const parts: string[][] = [[]];
  for (const line of lines) {
    if (BREAK.test(line)) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return { metadata: kernelOf('python'), cells: parts.flatMap(cellOf) };
}

function cellOf(lines: readonly string[]): TextCell[] {
  const title = lines.map((line) => TITLE.exec(line)?.[1]?.trim()).find((found) => found !== undefined);
  const rest = lines.filter((line) => !TITLE.test(line));
  const code = trimmed(rest);
  const heading: TextCell[] = title === undefined ? [] : [{ type: 'markdown', source: `#### ${title}` }];
  if (code === '') return heading;
  const isMagic = rest.every((line) => line.trim() === '' || MAGIC.test(line));
  const source = isMagic ? code.replace(/^# MAGIC ?/gm, '') : code;
  const [, markdown] = /^%md(?:-sandbox)?(?:\s+|$)([\s\S]*)$/.exec(source) ?? [];
  return [
    ...heading,
    markdown === undefined || !isMagic ? { type: 'code', source } : { type: 'markdown', source: markdown },
  ];
}
