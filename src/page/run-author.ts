/** What a viewer sends to the author of a report that failed, and to which address. */
import type { Run } from '../domain/run/run.ts';
import type { Script } from '../domain/script/script.ts';
import { troubleView } from './outcome.ts';

const ADDRESS = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/;

/** Where a contact leads: a mail to its address, or the page that it names; empty if it has neither. */
export function contactUrl(contact = ''): string {
  if (/^https?:\/\/[^\s"<>]+$/i.test(contact)) return contact;
  const [address] = ADDRESS.exec(contact) ?? [];
  return address === undefined ? '' : mailTo(address);
}

function mailTo(address: string): string {
  return `mailto:${encodeURIComponent(address).replace('%40', '@')}`;
}

/** Plain text; the page adds the run's full address, the code and the traceback. Passwords are masked. */
export function authorText(run: Run): string {
  const trouble = troubleView(run);
  if (trouble === undefined) return '';
  const values = Object.entries(run.given).map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`);
  return [
    `${run.title} (${run.script}, revision ${run.revision.slice(0, 12)})`,
    trouble.title,
    ...values,
    run.environment ?? '',
    new Date(run.createdAtMs).toISOString(),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/**
 * A mail to the script's contact or owner, else to the one of the settings; empty if none of them has an address. The
 * page adds the text where scripts run.
 */
export function authorMail(run: Run, script: Script | undefined, contact: string | undefined): string {
  const [address] = [script?.contact, script?.owner, contact].flatMap((each) => ADDRESS.exec(each ?? '')?.[0] ?? []);
  if (address === undefined || troubleView(run) === undefined) return '';
  const subject = encodeURIComponent(`The report “${run.title}” failed`);
  return `${mailTo(address)}?subject=${subject}`;
}
