/**
 * Links and downloads of a report in the app: its sandbox opens no windows and saves no files, so it asks the page
 * around it. The page acts on a click of the reader, which scripts cannot forge. A downloaded report asks nobody.
 */
import { MAX_SAVED_BYTES } from '../../domain/report/frame-message.ts';
import type { FromFrame } from '../../domain/report/frame-message.ts';
import { readDataAddress } from '../../render/data-address.ts';
import { findPlace, placeOf } from './place.ts';

const XLINK = 'http://www.w3.org/1999/xlink';

type Tell = (message: FromFrame) => void;

/** What scripts have made addresses for: the policy forbids reading such an address. */
const blobs = new Map<string, Blob>();

/** From now on handles clicks, and what scripts open or save. */
export function watchLinks(tell: Tell): void {
  rememberBlobs();
  const ask = (event: Event) => {
    const link = event.composedPath().find(isLink);
    if (link === undefined || event.defaultPrevented) return;
    if (askFor(link, tell)) event.preventDefault();
  };
  document.addEventListener('click', ask);
  document.addEventListener('auxclick', (event) => {
    if (event.button === 1) ask(event);
  });
  askForLoose(tell);
  window.open = (url = '') => {
    askForAddress(String(url), undefined, tell);
    return null;
  };
}

/** Scripts save files through a link that is not in the document, whose click reaches no listener. */
function askForLoose(tell: Tell): void {
  const { click, dispatchEvent } = HTMLAnchorElement.prototype;
  HTMLAnchorElement.prototype.click = function () {
    if (this.isConnected || !askFor(this, tell)) click.call(this);
  };
  HTMLAnchorElement.prototype.dispatchEvent = function (event) {
    if (!this.isConnected && event.type === 'click' && askFor(this, tell)) return true;
    return dispatchEvent.call(this, event);
  };
}

function isLink(target: EventTarget): target is Element {
  return target instanceof Element && target.matches('a, area') && addressOf(target) !== null;
}

function addressOf(link: Element): string | null {
  return link.getAttribute('href') ?? link.getAttributeNS(XLINK, 'href');
}

/** False for what the report does by itself: scripts, and links to places that it does not have. */
function askFor(link: Element, tell: Tell): boolean {
  return askForAddress(addressOf(link) ?? '', link.getAttribute('download') ?? undefined, tell);
}

function askForAddress(address: string, name: string | undefined, tell: Tell): boolean {
  const id = placeOf(address);
  if (id !== undefined) {
    if (findPlace(id) === undefined) return false;
    tell({ type: 'go', id });
    return true;
  }
  if (address === '' || !URL.canParse(address, document.baseURI)) return false;
  const url = new URL(address, document.baseURI);
  if (url.protocol === 'javascript:') return false;
  const blob = url.protocol === 'data:' ? readData(url.href) : blobs.get(url.href);
  if (blob === undefined) tell({ type: 'link', url: url.href });
  else void save(blob, name, tell);
  return true;
}

async function save(blob: Blob, name: string | undefined, tell: Tell): Promise<void> {
  if (blob.size > MAX_SAVED_BYTES) return;
  tell({ type: 'save', name: name === undefined || name === '' ? 'download' : name, bytes: await blob.arrayBuffer() });
}

function rememberBlobs(): void {
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (source) => {
    const url = createObjectURL.call(URL, source);
    if (source instanceof Blob) blobs.set(url, source);
    return url;
  };
  URL.revokeObjectURL = (url) => {
    blobs.delete(url);
    revokeObjectURL.call(URL, url);
  };
}

function readData(address: string): Blob | undefined {
  const data = readDataAddress(address);
  return data === undefined ? undefined : new Blob([data.bytes], { type: data.type });
}
