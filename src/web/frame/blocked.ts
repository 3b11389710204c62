/** Reports in one sentence what the report tried to load from elsewhere and was blocked. */
import { WORDS } from '../../render/report-text.ts';

type Blocked = Pick<SecurityPolicyViolationEvent, 'blockedURI' | 'effectiveDirective'>;

/** What the setting report_hosts could allow; requests by scripts, for example, it could not. */
const ALLOWABLE = /^(?:img|script|style|font|media)-src/;

declare global {
  interface Window {
    /** What was blocked before this script ran; filled by a line in the document's head. */
    blockedEarly?: Blocked[];
  }
}

/** Calls back once for each host and reason. */
export function watchBlocked(tell: (host: string) => void): void {
  const known = new Set<string>();
  const say = ({ blockedURI, effectiveDirective }: Blocked) => {
    const { host, protocol } = URL.canParse(blockedURI) ? new URL(blockedURI) : { host: '', protocol: '' };
    const text = (protocol === 'https:' && ALLOWABLE.test(effectiveDirective) ? WORDS.blocked : WORDS.forbidden)(host);
    if (host === '' || known.has(text)) return;
    known.add(text);
    const note = document.createElement('p');
    note.className = 'note blocked';
    note.textContent = text;
    place().append(note);
    tell(host);
  };
  document.addEventListener('securitypolicyviolation', say);
  for (const event of window.blockedEarly ?? []) say(event);
}

function place(): Element {
  const known = document.getElementById('report-blocked');
  if (known !== null) return known;
  const made = document.createElement('aside');
  made.id = 'report-blocked';
  document.body.append(made);
  return made;
}
