/** The view of both a script's page and a run's page: inputs beside the report. */
import { isAuthor, mayRun } from '../domain/access/access.ts';
import { defined } from '../domain/defined.ts';
import type { QuotaState } from '../domain/quota/quota-use.ts';
import type { FieldProblem } from '../domain/error.ts';
import type { EnvironmentState } from '../domain/kernel/environment.ts';
import type { SnapshotState } from '../domain/kernel/kernel.ts';
import { snapshotSentence, spanWords } from '../domain/run/run-message.ts';
import { isFinal } from '../domain/run/run.ts';
import { NO_PARAMETERS } from '../domain/parameter/parameter.ts';
import type { Script } from '../domain/script/script.ts';
import type { Finding } from '../domain/finding.ts';
import { problemText, type ScriptProblem } from '../domain/problem.ts';
import type { Urls } from './urls.ts';
import { folderLabel } from './catalogue.ts';
import { formView } from './form.ts';
import type { FormView } from './form.ts';
import type { ChoicesByName, Searches } from './form-choice.ts';
import { message } from './message/message.ts';
import { CHOICE_WORDS } from './message/message-choice.ts';
import { PACKAGE_WORDS } from './message/message-packages.ts';
import { contactUrl } from './run-author.ts';
import type { PresetView } from './preset.ts';
import { CHECK_WORDS } from './check.ts';
import { REVISION_WORDS, rolledText } from './revision.ts';
import { runView } from './run.ts';
import type { RunFacts, RunView } from './run.ts';
import { USAGE_WORDS } from './usage.ts';
import { momentText, spanText, timeView } from './viewer.ts';
import type { TimeView, Viewer } from './viewer.ts';

export interface RunPageSource {
  readonly script: Script | undefined;
  /** What needs its author's attention, for those who may know. */
  readonly findings?: readonly Finding[];
  readonly usualMs: number | undefined;
  /** The run whose report is shown, if any. */
  readonly facts: RunFacts | undefined;
  /** True on a run's own page, false if the script's page shows its latest report. */
  readonly isRun: boolean;
  /** On a page with nothing else, whose head is not printed. */
  readonly isAlone?: boolean;
  /** In a page of another site, which need not have a head with this title. */
  readonly isInFrame?: boolean;
  /** The script's snapshot, if it requests one. */
  readonly snapshot: SnapshotState | undefined;
  /** What the form shows. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly FieldProblem[];
  /** Absent: there are none to choose from. */
  readonly presets?: PresetView;
  /** The choices that come from elsewhere, as far as they were asked for, and what was looked for. */
  readonly choices?: ChoicesByName;
  readonly searches?: Searches;
  /** Why nothing can be run now; empty if it can. */
  readonly off: string;
  /** What is left for the viewer; absent: there is nothing to say. */
  readonly quota?: QuotaState;
  /** The packages of the script, if it declares any. */
  readonly environment?: EnvironmentState | undefined;
  /** Why the last whole submission was refused (a full queue); empty if it was not. */
  readonly refused: string;
}

export interface InputsView {
  readonly form: FormView;
  readonly presets: PresetView | undefined;
  /** Where the form posts to; empty if the script cannot be run. */
  readonly action: string;
  readonly label: string;
  readonly disabled: boolean;
  readonly changeUrl: string;
  /** Label of the button that shows the inputs as they are for the values, without JavaScript. */
  readonly update: string;
  readonly uploadsUrl: string;
  readonly choicesUrl: string;
  /** Where the page says that it is open; empty if nobody can press Run. */
  readonly interestUrl: string;
  readonly parent: string;
  readonly usual: string;
  readonly quota: string;
  readonly summary: string;
  readonly off: string;
  readonly offTitle: string;
  /** While the script’s packages are installed. */
  readonly packages: { readonly title: string; readonly text: string; readonly lines: string } | undefined;
  /** Where packages that could not be installed are tried again; for operators, else empty. */
  readonly retryUrl: string;
  readonly retry: string;
  readonly retrying: string;
  readonly open: boolean;
}

export interface RunPageView {
  readonly head: {
    readonly title: string;
    readonly description: string;
    readonly folder: string;
    readonly folderUrl: string;
    readonly scriptUrl: string;
    readonly isDraft: boolean;
    /** Title of the mark of a script that is rolled back; for operators, else empty. */
    readonly rolled: string;
    /** Why its file cannot be read, while the script is what it was before; for authors, else empty. */
    readonly saving: string;
  };
  readonly inputs: InputsView;
  readonly run: RunView | undefined;
  readonly isRun: boolean;
  readonly isLatest: boolean;
  readonly reportUrl: string;
  /** The prefix of the addresses of files that the report may save; empty if there is no report. */
  readonly filesUrl: string;
  readonly liveUrl: string;
  readonly again: string;
  readonly problem: ScriptProblem | undefined;
  /** What needs the author's attention; for operators. */
  readonly findings: readonly Finding[];
  readonly details: RunView['details'];
  readonly about: readonly {
    readonly label: string;
    readonly text: string;
    readonly url?: string;
    readonly time?: TimeView;
  }[];
  readonly refreshS: number;
  /** Shown when the report's policy blocked something; `{host}` is replaced by its host. */
  readonly blocked: string;
}

const REFRESH_S = 4;

export function runPageView(source: RunPageSource, viewer: Viewer, urls: Urls): RunPageView {
  const { script, facts, isRun } = source;
  const run = facts === undefined ? undefined : runView(facts, viewer, urls);
  const live = run !== undefined && !run.isFinal;
  const hasReport = facts !== undefined && facts.run.status !== 'queued';
  const inputs = inputsView(source, run, viewer, urls);
  const head = headView(source, viewer, urls);
  return {
    head,
    inputs,
    run,
    isRun,
    isLatest: run !== undefined && !isRun,
    reportUrl:
      run === undefined || (!hasReport && !live)
        ? ''
        : urls.reportFrame(run.id, {
            theme: viewer.theme === 'auto' ? undefined : viewer.theme,
            titled:
              head.title !== run.title || source.isInFrame === true
                ? undefined
                : source.isAlone === true
                  ? 'screen'
                  : 'always',
            contents: source.isAlone === true || source.isInFrame === true ? undefined : 'around',
          }),
    filesUrl: run === undefined ? '' : urls.api.files(run.id),
    liveUrl: live ? urls.live(run.id) : '',
    again: isRun && inputs.action !== '' && inputs.off === '' ? inputs.action : '',
    problem: script?.problem,
    findings: source.findings ?? [],
    details: run?.details ?? [],
    about: script === undefined ? [] : aboutViews(script, source, viewer, urls),
    refreshS: live ? REFRESH_S : 0,
    blocked: message.run.blocked('{host}'),
  };
}

function headView({ script, facts }: RunPageSource, viewer: Viewer, urls: Urls): RunPageView['head'] {
  const folder = script?.folder ?? '';
  const own = script !== undefined && isAuthor(viewer.actor, script.name) ? script : undefined;
  return {
    title: script?.title ?? facts?.run.title ?? '',
    description: script?.description ?? '',
    folder: folder === '' ? message.script.back : (folderLabel(folder).split(' / ').at(-1) ?? folder),
    folderUrl: urls.home(folder === '' ? {} : { folder }),
    scriptUrl: script === undefined ? '' : urls.script(script.name),
    isDraft: script?.isDraft === true,
    rolled: own === undefined ? '' : rolledText(own, viewer),
    saving: own?.saving === undefined ? '' : problemText(own.saving),
  };
}

function inputsView(source: RunPageSource, run: RunView | undefined, viewer: Viewer, urls: Urls): InputsView {
  const { script, facts, isRun, problems, usualMs } = source;
  const limited = source.off === '' ? (source.quota?.off ?? '') : '';
  const canRun = script !== undefined && script.state === 'ready';
  const form = formView(canRun ? script.schema : NO_PARAMETERS, source.values, viewer, {
    problems,
    ...defined({ choices: source.choices, searches: source.searches }),
  });
  const busy = isRun && facts !== undefined && !isFinal(facts.run.status);
  return {
    form,
    // fields that cannot be changed are not sent: their values could not be saved
    presets: busy ? undefined : source.presets,
    off: source.off || limited,
    action: canRun ? urls.script(script.name) : '',
    label: isRun ? message.script.again : message.script.run,
    disabled: busy,
    update: CHOICE_WORDS.update,
    changeUrl: run?.actions.againUrl ?? '',
    uploadsUrl: urls.api.uploads(),
    choicesUrl: form.hasChoices && canRun ? urls.api.choices(script.name) : '',
    interestUrl: canRun && source.off === '' && limited === '' ? urls.interest(script.name) : '',
    parent: isRun && facts !== undefined ? facts.run.id : '',
    usual: usualMs === undefined ? '' : message.script.usual(spanText(usualMs, viewer)),
    quota: source.quota?.note ?? '',
    summary: form.errors === 0 ? source.refused : message.script.fixInputs(form.errors),
    offTitle: offTitle(script, limited !== '', viewer),
    packages: packagesView(source),
    retryUrl: retryUrl(source, viewer, urls),
    retry: PACKAGE_WORDS.retry,
    retrying: PACKAGE_WORDS.retrying,
    open: !isRun || form.errors > 0,
  };
}

function offTitle(script: Script | undefined, isLimited: boolean, { actor }: Viewer): string {
  if (isLimited) return message.error.titles.limited;
  return script === undefined || mayRun(actor, script) ? message.script.off : message.script.readOnly;
}

function packagesView({ script, environment }: RunPageSource): InputsView['packages'] {
  if (environment?.type !== 'building') return undefined;
  const { installing, installingText } = PACKAGE_WORDS;
  return {
    title: installing,
    text: installingText(script?.environment?.file ?? ''),
    lines: environment.lines.join('\n'),
  };
}

function retryUrl({ script, environment }: RunPageSource, { actor }: Viewer, urls: Urls): string {
  return script !== undefined && environment?.type === 'failed' && isAuthor(actor, script.name)
    ? urls.packages(script.name)
    : '';
}

function aboutViews(script: Script, source: RunPageSource, viewer: Viewer, urls: Urls): RunPageView['about'] {
  const words = message.script;
  const forAuthor = isAuthor(viewer.actor, script.name);
  const text = (label: string, value: string | undefined, url = '') =>
    value === undefined || value === '' ? [] : [{ label, text: value, url }];
  return [
    ...text(words.file, script.file),
    { label: words.updated, text: '', time: timeView(script.updatedAtMs, viewer) },
    ...text(words.owner, script.owner, contactUrl(script.owner)),
    ...text(words.contact, script.contact, contactUrl(script.contact)),
    ...text(words.aliases, forAuthor ? script.aliases?.join(', ') : undefined),
    ...text(PACKAGE_WORDS.label, packagesText(script, source.environment !== undefined)),
    ...text(words.snapshot, snapshotText(source, viewer)),
    ...(forAuthor
      ? [
          ...text(CHECK_WORDS.title, CHECK_WORDS.linkText, urls.check(script.name)),
          ...text(USAGE_WORDS.title, USAGE_WORDS.linkText, urls.usage(script.name)),
          ...text(REVISION_WORDS.title, REVISION_WORDS.linkText, urls.revisions(script.name)),
        ]
      : []),
  ];
}

/** What is read and never installed is named, so that nobody wonders. */
function packagesText({ environment }: Script, isInstalled: boolean): string | undefined {
  if (environment === undefined || isInstalled) return environment?.file;
  return environment.kind === 'python' ? undefined : PACKAGE_WORDS.unbuilt(environment.file);
}

/** For people who may be able to fix it. */
function snapshotText({ script, snapshot }: RunPageSource, viewer: Viewer): string {
  const options = script?.options.snapshot;
  if (script === undefined || options === undefined || !isAuthor(viewer.actor, script.name)) return '';
  const words = message.script;
  if (options.problem !== undefined) return words.snapshotRefused(options.problem);
  switch (snapshot?.type) {
    case 'ready':
      return words.snapshotTaken(momentText(snapshot.takenAtMs, viewer), spanWords(viewer.nowMs - snapshot.takenAtMs));
    case 'making':
      return words.snapshotMaking;
    case 'refused':
      return words.snapshotRefused(snapshotSentence(snapshot.problem));
    case undefined:
      return words.snapshotNone;
  }
}
