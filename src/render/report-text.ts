/** The report's own words. */
export const WORDS = {
  showCode: 'Show code',
  inputs: 'Inputs',
  code: 'Code',
  waiting: 'Waiting to start…',
  starting: 'Starting…',
  arriving: 'Arriving…',
  traceback: 'Details for the author',
  errorOutput: 'Messages',
  figure: 'Figure',
  chart: 'Interactive chart',
  chartNeedsScript: 'This interactive chart needs JavaScript.',
  widget: 'This is a live control, which needs a running notebook. The report shows its last text.',
  textCut: (size: string) => `${size} of text are left out here.`,
  textWhole: 'Download the whole text',
  textElsewhere: 'The executed notebook has the whole text.',
  tooSlow: 'This takes too long to render. Its source is shown instead.',
  tooDeep: 'This is nested too deeply to render. Its source is shown instead.',
  tooLong: (chars: number) =>
    `This has more than ${chars} characters, too many to render. Its source is shown instead.`,
  tooManyFormulas: (count: number) => `This has more than ${count} formulas. Its source is shown instead.`,
  formulasLeft: (count: number) => `This has more than ${count} formulas. The others are shown as source.`,
  gone: 'This output is no longer available.',
  more: (count: number) => `${count} more`,
  items: (count: number) => (count === 1 ? '1 item' : `${count} items`),
  notDrawn: (kind: string) => `This is a ${kind} chart, which reports cannot show yet.`,
  unknownMime: (mime: string) => `This output has a format that reports cannot show (${mime}).`,
  stepStopped: (why: string) => `This step stopped: ${why}`,
  stepsSkipped: (count: number) =>
    count === 1 ? '1 further step did not run.' : `${count} further steps did not run.`,
  files: 'Files',
  taken: (at: string, zone: string, age: string) => `Data as of ${at} (${zone}), ${age} before this report.`,
  blocked: (host: string) =>
    `Something from ${host} was not loaded. The setting report_hosts names the servers from which reports may load.`,
  forbidden: (host: string) =>
    `Something from ${host} was not loaded: reports send no requests, embed no pages of other servers, and load only over https.`,
  footnotes: 'Footnotes',
} as const;
