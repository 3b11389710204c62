/** Types for Markdown plugins that have none. */
declare module 'markdown-it-footnote' {
  import type { MarkdownIt } from 'markdown-it';
  export default function footnote(parser: MarkdownIt): void;
}
declare module 'markdown-it-task-lists' {
  import type { MarkdownIt } from 'markdown-it';
  export default function taskLists(parser: MarkdownIt, options?: { readonly label?: boolean }): void;
}
