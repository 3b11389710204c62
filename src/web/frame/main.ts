/**
 * The script inside a report: runs the scripts of outputs, applies live patches from the run page, reports the height.
 */
import type { FromFrame, ToFrame } from '../../domain/report/frame-message.ts';
import type { ReportPatch } from '../../domain/report/report.ts';
import { writeClipboard } from '../clipboard-text.ts';
import { watchBlocked } from './blocked.ts';
import { addCodeButtons, watchCodeSwitch } from './code-fold.ts';
import { linkHeadings, watchContents, type HeadingIds } from './contents.ts';
import { watchFailures } from './failure.ts';
import { watchLinks } from './link.ts';
import { partsOf } from './part.ts';
import { applyPatch } from './patch.ts';
import { drawCharts, redrawCharts, watchCharts } from './chart.ts';
import { CAN_LAY_OUT_SHEETS } from '../print.ts';
import { fitForPaper, leaveOutputs } from './fit.ts';
import { setFormulas, watchFormulas } from './formula.ts';
import { fillFrames } from './frame-library.ts';
import { createHeightFilter } from './height.ts';
import { framesDrawn, watchInner } from './inner.ts';
import { watchMedia } from './media.ts';
import { sheetsLoaded, watchAddresses } from './known-address.ts';
import { watchNeeds } from './need.ts';
import { showPlace } from './place.ts';
import { listen, parentPort } from './port.ts';
import { createQueue } from './queue.ts';
import { runScripts } from './script.ts';
import { watchScrollers } from './scroller.ts';
import { layOutSheets, leaveSheets } from './sheet.ts';
import { inSlices, type Slices } from './slice.ts';
import { guardStyles } from './style-guard.ts';
import { createTableAsker } from './table-asker.ts';
import { offerFinding } from './table-find.ts';
import { offerPages } from './table-pages.ts';
import { alignColumns } from './table.ts';
import { addTools } from './tool.ts';
import { followSystem, setPaper, setTheme } from './theme.ts';
import { changeWidgets, readWidgets } from './widget.ts';
import { useWindowHeight } from './window-height.ts';

/** With Ctrl or Cmd; keys that the page around handles, wherever the focus is. */
const PAGE_KEYS = new Map([
  ['Enter', 'run'],
  ['p', 'print'],
] as const);

/** Settles when the report is shown in a run page; never when it is shown alone. */
const line = parentPort().then((port) => listen(port, hear));
const queue = createQueue();
const heights = createHeightFilter();
const contents = watchContents();
const rows = createTableAsker((message) => void line.then((tell) => tell(message)));
const livened = Promise.withResolvers<void>();
/** Scripts do not wait longer for pictures that load slowly. */
const LOAD_MS = 5_000;
/** Between a change of the height and the next look at the headings, of which there may be a thousand. */
const CONTENTS_MS = 100;

/** In the app the sandbox opens nothing; a downloaded report has none. */
const isInApp = window.parent !== window;

/** Absent until the document has loaded. */
let livening: Slices | undefined;
let scripts: Promise<void> = Promise.resolve();
/** The libraries in the frames within a downloaded report. */
let frames: Promise<unknown> = Promise.resolve();

function liven(root: ParentNode): void {
  useWindowHeight(root);
  prepare(root);
  equip(root, new Map());
  act(root);
}

/** What must not be late, and is quick in a large report, too. */
function prepare(root: ParentNode): void {
  readWidgets(root);
  guardStyles(root);
  watchFormulas(root);
  frames = Promise.all([frames, fillFrames(root)]);
}

function equip(root: ParentNode, ids: HeadingIds): void {
  watchMedia(root);
  watchCharts(root);
  alignColumns(root);
  if (isInApp) offerPages(root, rows.ask);
  offerFinding(root);
  watchScrollers(root);
  linkHeadings(root, ids);
  addCodeButtons(root);
  addTools(root, copy);
}

function act(root: ParentNode): void {
  scripts = runScripts(root);
  void scripts.then(() => watchNeeds(root));
}

/** For a program that prints the report: settles when its scripts have run and its charts and pictures are there. */
async function reportDrawn(): Promise<void> {
  setPaper(true);
  await livened.promise;
  // paper has nothing to unfold
  for (const details of document.querySelectorAll('details:not(.inputs)')) details.setAttribute('open', '');
  await Promise.all([scripts, drawCharts(), setFormulas(), frames, document.fonts.ready]);
  await framesDrawn();
  await Promise.allSettled([...document.images].map((image) => image.decode()));
  await sheetsLoaded();
  // what scripts have drawn is laid out in the next frame
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}

function hear(message: ToFrame): void {
  switch (message.type) {
    case 'patches':
      return void addPatches(message.patches);
    case 'theme':
      setTheme(message.theme);
      return void redrawCharts();
    case 'wide':
      return void document.documentElement.toggleAttribute('data-wide', message.wide);
    case 'show':
      return void answerPlace(message.id);
    case 'window':
      return document.documentElement.style.setProperty('--window-vh', `${String(message.heightPx / 100)}px`);
    case 'print':
      return void answerPrint(message.headPx);
    case 'ping':
      return void line.then((tell) => tell({ type: 'pong' }));
    case 'rows':
      return rows.hear(message);
    case 'printed':
      return void leaveSheets();
  }
}

/** Their scripts run after those of the document. */
async function addPatches(patches: readonly ReportPatch[]): Promise<void> {
  await livening?.done.catch(() => undefined);
  queue.add(patches.map((patch) => () => change(patch)));
}

/** Without an answer the page prints the report as it is. */
async function answerPrint(headPx: number): Promise<void> {
  const count = await layOutSheets(headPx);
  if (count !== undefined) (await line)({ type: 'sheets', count });
}

async function answerPlace(id: string): Promise<void> {
  const tell = await line;
  // the page must be as high as the report before it scrolls
  const height = heightMessage();
  tell(height);
  const place = showPlace(id, height.px);
  if (place !== undefined) tell(place);
}

function heightMessage(): FromFrame & { readonly type: 'height' } {
  const px = Math.ceil(document.documentElement.getBoundingClientRect().height);
  return { type: 'height', px: heights.request(px, { width: window.innerWidth, height: window.innerHeight }) };
}

/** The sandbox gives no access to the clipboard: in the app the page around copies. */
function copy(text: string): Promise<void> | void {
  return isInApp ? void line.then((tell) => tell({ type: 'copy', text })) : writeClipboard(text);
}

/** Beside going there, which the link does. */
function copyHeadingLink({ target }: Event): void {
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a.heading-link') : null;
  if (link === null) return;
  const id = decodeURIComponent(link.hash.slice(1));
  if (isInApp) void line.then((tell) => tell({ type: 'copy-link', id }));
  else void writeClipboard(link.href).catch(() => undefined);
}

function change(patch: ReportPatch): void {
  heights.changed();
  if (patch.type === 'widgets') return changeWidgets(patch.models);
  for (const element of applyPatch(patch)) liven(element);
}

/** From a frame within the report; in the app `watchLinks` handles it. */
function openElsewhere(address: string): void {
  if (/^(?:https?|mailto):/i.test(address)) window.open(address, '_blank', 'noopener,noreferrer');
}

/** Links that outputs made by hand would replace the report. */
function openOutside(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (link === null || link.getAttribute('href')?.startsWith('#') || link.hasAttribute('download')) return;
  link.setAttribute('target', '_blank');
  link.setAttribute('rel', 'noopener noreferrer');
}

async function livenAll(): Promise<void> {
  prepare(document);
  livening = inSlices(equipAll());
  await livening.done.catch((error: unknown) => console.error(error));
  act(document);
  contents();
  livened.resolve();
}

function* equipAll(): Generator<undefined> {
  const ids: HeadingIds = new Map();
  for (const part of partsOf(document.body)) {
    // a patch may have replaced it meanwhile, and made the new one lively
    if (part.isConnected) equip(part, ids);
    yield;
  }
}

Object.assign(window, { reportDrawn });
// Not before: a script that loads slowly would delay the moment at which the page passes its port.
followSystem(() => void redrawCharts());
useWindowHeight(document);
if (document.readyState === 'complete') void livenAll();
else {
  const livenOnce = once(() => void livenAll());
  window.addEventListener('load', livenOnce);
  setTimeout(livenOnce, LOAD_MS);
}
watchFailures();
watchAddresses();
watchCodeSwitch();
document.addEventListener('click', copyHeadingLink);
const onBlocked = watchBlocked((host) => void line.then((tell) => tell({ type: 'blocked', host })));
if (isInApp) watchLinks((message) => void line.then((tell) => tell(message)));
else document.addEventListener('click', openOutside);
watchInner({ onBlocked, onLink: openElsewhere });
window.addEventListener('beforeprint', () => {
  livening?.finish();
  setPaper(true);
  void drawCharts();
  if (!('sheets' in document.documentElement.dataset)) fitForPaper();
});
window.addEventListener('afterprint', () => {
  setPaper(false);
  leaveOutputs();
});

void line.then((tell) => {
  let looking: ReturnType<typeof setTimeout> | undefined;
  const height = () => {
    tell(heightMessage());
    // a long report changes its height with each part that comes into view
    looking ??= setTimeout(() => {
      looking = undefined;
      contents(tell);
    }, CONTENTS_MS);
  };
  new ResizeObserver(height).observe(document.documentElement);
  document.addEventListener('keydown', (event) => {
    const key = event.ctrlKey || event.metaKey ? PAGE_KEYS.get(event.key as 'Enter' | 'p') : undefined;
    if (key === undefined || (key === 'print' && !CAN_LAY_OUT_SHEETS)) return;
    event.preventDefault();
    tell({ type: 'key', key });
  });
  tell({ type: 'ready', seq: Number(document.body.dataset['seq'] ?? 0) });
  height();
});

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
