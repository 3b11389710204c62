/** CommonMark with tables and formulas, with its pictures as files. */
import { pandocFormat } from './pandoc-format.ts';

export const markdown = pandocFormat({
  name: 'markdown',
  label: 'Markdown',
  extension: 'md',
  mime: 'text/markdown; charset=utf-8',
  args: () => ['--to', 'commonmark+tex_math_dollars+pipe_tables+strikeout', '--wrap', 'none'],
  hasPictures: false,
  hasTitle: false,
  hasPages: false,
});
