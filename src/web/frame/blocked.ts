/** Says in one sentence what the report tried to load from elsewhere and was not given. */
import { WORDS } from '../../render/message.ts';

declare global {
  interface Window {
    /** What was blocked before this script ran; filled by a line in the document's head. */
    blockedEarly?: string[];
  }
}

/** Calls back once for each host. */
export function watchBlocked(tell: (host: string) => void): void {
  const known = new Set<string>();
  const say = (address: string) => {
    const host = URL.canParse(address) ? new URL(address).host : '';
    if (host === '' || known.has(host)) return;
    known.add(host);
    const note = document.createElement('p');
    note.className = 'note blocked';
    note.textContent = WORDS.blocked(host);
    place().append(note);
    tell(host);
  };
  document.addEventListener('securitypolicyviolation', ({ blockedURI }) => say(blockedURI));
  for (const address of window.blockedEarly ?? []) say(address);
}

function place(): Element {
  const known = document.getElementById('report-blocked');
  if (known !== null) return known;
  const made = document.createElement('aside');
  made.id = 'report-blocked';
  document.body.append(made);
  return made;
}
