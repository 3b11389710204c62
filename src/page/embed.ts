/** The form of a script in a page of another site, and the report that it leads to: no head, history or presets. */
import type { RunPageView } from './run-page.ts';

export const EMBED_WORDS = {
  closedTitle: 'This form is not open to everybody',
  closedText: 'It can be used in Script Runner by those who may run its script.',
  closedLink: 'Open it in a new tab',
};

export interface EmbedPageView extends RunPageView {
  /** Of the sites that may show it, with blanks between them. */
  readonly embedOrigins: string;
  /** Where this page finds the files whose addresses in the report begin with `filesUrl`. */
  readonly filesAt: string;
  readonly filesOff: string;
}

/** `filesUrl`: the prefix of the addresses of files in the report. */
export function embedPageView(
  page: RunPageView,
  { filesUrl, embedOrigins }: { readonly filesUrl: string; readonly embedOrigins: readonly string[] },
): EmbedPageView {
  const { head, inputs, run } = page;
  return {
    ...page,
    embedOrigins: embedOrigins.join(' '),
    head: { ...head, folder: '', folderUrl: '', scriptUrl: '' },
    inputs: { ...inputs, presets: undefined, retryUrl: '' },
    run: run && {
      ...run,
      url: '',
      retention: '',
      actions: { ...run.actions, url: '', shareUrl: '', keepUrl: '', eraseUrl: '', mailUrl: '', failureUrl: '' },
    },
    filesUrl,
    filesAt: page.filesUrl,
    filesOff: '',
    findings: [],
    details: [],
    about: [],
  };
}
