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
  chartNeedsScript: 'This is an interactive chart: it needs JavaScript.',
  widget: 'This is a live control, which needs a running notebook. The report shows its last text.',
  textCut: (size: string) => `Left out here: ${size} of text.`,
  textWhole: 'Download all of it',
  textElsewhere: 'All of it is in the executed notebook.',
  tooSlow: 'This takes too long to be drawn. Its text is shown as it is.',
  tooDeep: 'This is nested too deep to be drawn. Its text is shown as it is.',
  tooLong: (chars: number) =>
    `This has more than ${chars} characters, too many to be drawn. Its text is shown as it is.`,
  tooManyFormulas: (count: number) => `This has more than ${count} formulas. Its text is shown as it is.`,
  formulasLeft: (count: number) => `This has more than ${count} formulas. The others are shown as they are written.`,
  gone: 'This output is no longer available.',
  more: (count: number) => `${count} more`,
  items: (count: number) => (count === 1 ? '1 item' : `${count} items`),
  notDrawn: (kind: string) => `This is a ${kind} chart, which reports cannot draw yet.`,
  unknownMime: (mime: string) => `This output has a format that reports cannot show (${mime}).`,
  stepStopped: (why: string) => `This step stopped: ${why}`,
  stepsSkipped: (count: number) =>
    count === 1 ? '1 further step did not run.' : `${count} further steps did not run.`,
  files: 'Files',
  taken: (at: string, zone: string, age: string) => `Data as of ${at} (${zone}), ${age} before this report.`,
  blocked: (host: string) =>
    `Something from ${host} was not loaded. The setting report_hosts names the servers that reports may load from.`,
  forbidden: (host: string) =>
    `Something from ${host} was not loaded: reports call no server, show no pages of others, and load nothing without https.`,
  footnotes: 'Footnotes',
} as const;
