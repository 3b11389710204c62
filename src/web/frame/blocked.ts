/** Says in one sentence what the report tried to load from elsewhere and was blocked. */
import { frameSentence } from '../../render/frame-sentence.ts';
import type { InnerMessage } from '../../render/frame-watch.ts';
import { WORDS } from '../../render/report-text.ts';
import { missingText, noteCauseIn, noteIn } from './failure.ts';
import { noteAtEnd, noteElement } from './note.ts';

type Blocked = NonNullable<InnerMessage['blocked']>;

/** What the setting report_hosts could allow; requests by scripts, for example, it could not. */
const ALLOWABLE = /^(?:img|script|style|font|media)-src/;
const EMBEDDED = /^(?:frame|child|object)-src/;
const MAX_FRAMES = 100;
/** A part of a map's background: level, column and row. */
const TILE = /\/\d{1,2}\/\d+\/\d+(?:@2x)?(?:\.\w+)?(?:\?.*)?$/;

declare global {
  interface Window {
    /** What was blocked before this script ran; filled by a line in the document's head. */
    blockedEarly?: Blocked[];
  }
}

/** `tell` is called once for each host and reason. Returns what says the same of a frame within the report. */
export function watchBlocked(tell: (host: string) => void): (blocked: Blocked, frame: Element) => void {
  const say = ({ blockedURI, effectiveDirective }: Blocked) => {
    const { host, protocol } = URL.canParse(blockedURI) ? new URL(blockedURI) : { host: '', protocol: '' };
    const text = (protocol === 'https:' && ALLOWABLE.test(effectiveDirective) ? WORDS.blocked : WORDS.forbidden)(host);
    if (host !== '' && noteAtEnd('blocked', text)) tell(host);
  };
  const sayInPlace = (blocked: Blocked) => {
    if (!EMBEDDED.test(blocked.effectiveDirective) || !replaceFrames(blocked.blockedURI)) say(blocked);
  };
  document.addEventListener('securitypolicyviolation', sayInPlace);
  for (const event of window.blockedEarly ?? []) sayInPlace(event);
  return (blocked, frame) => {
    const { blockedURI, effectiveDirective } = blocked;
    if (effectiveDirective.startsWith('img-src') && TILE.test(blockedURI))
      return noteIn(frame, WORDS.mapBackground(hostOf(blockedURI)));
    if (effectiveDirective.startsWith('script-src')) noteCauseIn(frame, missingText(blockedURI));
    if (EMBEDDED.test(effectiveDirective)) noteCauseIn(frame, frameSentence(blockedURI).text);
    else say(blocked);
  };
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : '';
}

const replaced = new WeakSet<Element>();
let count = 0;

/** Puts the sentence in the place of what scripts have embedded from there; false if there is nothing. */
function replaceFrames(blockedURI: string): boolean {
  let isFound = false;
  for (const element of document.querySelectorAll('iframe[src], frame[src], embed[src], object[data]')) {
    const address = element.getAttribute('src') ?? element.getAttribute('data') ?? '';
    if (replaced.has(element) || !isFrom(address, blockedURI)) continue;
    isFound = true;
    replaced.add(element);
    if (count++ >= MAX_FRAMES) continue;
    element.after(noteElement('blocked', frameSentence(address).text));
    if (!element.matches('object')) element.setAttribute('hidden', '');
  }
  return isFound;
}

/** `blockedURI` is a whole address or an origin; for data it is empty or only the scheme. */
function isFrom(address: string, blockedURI: string): boolean {
  if (blockedURI === '') return /^\s*(?:data|blob):/i.test(address);
  if (!URL.canParse(address, document.baseURI)) return false;
  const { href, origin, protocol } = new URL(address, document.baseURI);
  return protocol === `${blockedURI}:` || href.split('#', 1)[0] === blockedURI || origin === blockedURI;
}
