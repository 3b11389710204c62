/**
 * The script inside a report: runs the scripts of outputs, applies live patches from the run page, reports the height.
 */
import type { ToFrame } from '../../domain/report/frame-message.ts';
import { watchBlocked } from './blocked.ts';
import { watchLinks } from './link.ts';
import { applyPatch } from './patch.ts';
import { drawCharts, redrawCharts, watchCharts } from './plotly.ts';
import { CAN_LAY_OUT_SHEETS } from '../print.ts';
import { listen, parentPort } from './port.ts';
import { createQueue } from './queue.ts';
import { runScripts } from './script.ts';
import { watchScrollers } from './scroller.ts';
import { layOutSheets, leaveSheets } from './sheet.ts';
import { alignColumns } from './table.ts';

/** With Ctrl or Cmd; keys that the page around handles, wherever the focus is. */
const PAGE_KEYS = new Map([
  ['Enter', 'run'],
  ['p', 'print'],
] as const);

/** Settles when the report is shown in a run page; never when it is shown alone. */
const line = parentPort().then((port) => listen(port, hear));
const queue = createQueue();

function liven(root: ParentNode): void {
  watchCharts(root);
  alignColumns(root);
  watchScrollers(root);
  void runScripts(root);
}

function hear(message: ToFrame): void {
  switch (message.type) {
    case 'patches':
      return queue.add(message.patches.map((patch) => () => applyPatch(patch).forEach((element) => liven(element))));
    case 'theme':
      document.documentElement.dataset['theme'] = message.theme;
      return void redrawCharts();
    case 'wide':
      return void document.documentElement.toggleAttribute('data-wide', message.wide);
    case 'show':
      return document.getElementById(message.id)?.scrollIntoView();
    case 'print':
      return void layOutSheets(message.headPx).then(async (count) => (await line)({ type: 'sheets', count }));
    case 'printed':
      return void leaveSheets();
  }
}

/** Links that outputs made by hand would replace the report. */
function openOutside(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (link === null || link.getAttribute('href')?.startsWith('#') || link.hasAttribute('download')) return;
  link.setAttribute('target', '_blank');
  link.setAttribute('rel', 'noopener noreferrer');
}

// Not before: a script that loads slowly would delay the moment at which the page passes its port.
if (document.readyState === 'complete') liven(document);
else window.addEventListener('load', () => liven(document));
watchBlocked((host) => void line.then((tell) => tell({ type: 'blocked', host })));
// in the app the sandbox opens nothing; a downloaded report has none
if (window.parent === window) document.addEventListener('click', openOutside);
else watchLinks((message) => void line.then((tell) => tell(message)));
window.addEventListener('beforeprint', () => void drawCharts());

void line.then((tell) => {
  const height = () => tell({ type: 'height', px: Math.ceil(document.documentElement.getBoundingClientRect().height) });
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
