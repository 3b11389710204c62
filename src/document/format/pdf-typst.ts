/** PDF by pandoc and typst, where no browser can print: scripts draw nothing. */
import type { DocumentSource, WrittenDocument } from '../../domain/report/document-writer.ts';
import { ProgramError, type ProgramLimits } from '../program.ts';
import type { Tools } from '../tool.ts';
import { marginTypst } from '../typst/margin-typst.ts';
import { runTypst } from '../typst/typst-run.ts';
import { pandocFormat } from './pandoc-format.ts';

const PAPERS = { A4: 'a4', Letter: 'us-letter' } as const;

/** True if both programs are there. */
export async function hasTypst({ pandoc, typst }: Tools): Promise<boolean> {
  return (await typst()) !== undefined && (await pandoc.find()) !== undefined;
}

/** Rejects with a `ProgramError`. */
export async function writeByTypst(
  tools: Tools,
  source: DocumentSource,
  limits: ProgramLimits,
): Promise<WrittenDocument> {
  const found = await tools.typst();
  if (found === undefined) throw new ProgramError('start', 'There is no typst.');
  const { bytes: text, pictures } = await textOf(tools).write(tools, source, limits);
  const madeAtS = Math.floor(source.madeAtMs / 1000);
  const bytes = await runTypst({ typst: found, environment: tools.environment, text, pictures, madeAtS }, limits);
  return { bytes, pictures: [] };
}

function textOf({ pdf: { paper, ...margins } }: Tools) {
  return pandocFormat({
    name: 'typst',
    label: 'typst',
    extension: 'typ',
    mime: 'text/plain',
    args: ({ title, madeAtMs }) => [
      '--to',
      'typst',
      '--variable',
      `papersize=${PAPERS[paper]}`,
      '--variable',
      `header-includes=${marginTypst(margins, { title, date: new Date(madeAtMs).toISOString().slice(0, 10) })}`,
    ],
    hasPictures: false,
    hasTitle: true,
    hasPages: true,
  });
}
