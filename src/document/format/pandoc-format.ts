/** What the formats that pandoc writes have in common. */
import type { DocumentSource } from '../../domain/report/document-writer.ts';
import { withCharts } from '../pandoc/chart-picture.ts';
import { runPandoc } from '../pandoc/pandoc-run.ts';
import { takePictures } from '../pandoc/picture.ts';
import { ProgramError } from '../program.ts';
import type { Tools } from '../tool.ts';
import type { WrittenFormat } from './format.ts';

interface PandocFormat extends Pick<WrittenFormat, 'name' | 'label' | 'extension' | 'mime'> {
  /** Options of pandoc, such as `--to`. */
  readonly args: (source: DocumentSource) => readonly string[];
  /** Whether the document contains its pictures; else they are files beside it. */
  readonly hasPictures: boolean;
  /** Whether the title stands in a place of its own, above the text; else it is only its first heading. */
  readonly hasTitle: boolean;
  /** Whether it has pages; else a line may be as long as it needs. */
  readonly hasPages: boolean;
}

export function pandocFormat({ args, hasPictures, hasTitle, hasPages, ...facts }: PandocFormat): WrittenFormat {
  return {
    ...facts,
    missing: async ({ pandoc }) => pandoc.missing(),
    async write(tools: Tools, source, limits) {
      const { pandoc, environment } = tools;
      const path = await pandoc.find();
      if (path === undefined) throw new ProgramError('start', 'There is no pandoc.');
      const plain = Buffer.from(await source.plain({ hasPages })).toString('utf8');
      const whole = await withCharts(plain, source.page, tools, limits);
      const text = hasTitle ? withoutTitleHeading(whole) : whole;
      const { html, pictures } = hasPictures ? { html: text, pictures: [] } : takePictures(text);
      const madeAtS = Math.floor(source.madeAtMs / 1000);
      const options = [...(hasTitle ? ['--standalone'] : []), ...args(source)];
      const bytes = await runPandoc({ path, environment, args: options, html: Buffer.from(html), madeAtS }, limits);
      return { bytes, pictures };
    },
  };
}

/** Most reports begin with their title as a heading, which would stand there twice. */
function withoutTitleHeading(html: string): string {
  const title = /<title>([^<]*)<\/title>/.exec(html)?.[1];
  return html.replace(/<h1[^>]*>([^<]*)<\/h1>/, (all, heading: string) =>
    heading.trim() === title?.trim() ? '' : all,
  );
}
