/** Records that the rules of access that scripts carry have changed; nobody did it but their files. */
import { SERVER } from '../../domain/access/access.ts';
import { type ScriptRuleChange, scriptRuleProblem } from '../../domain/access/script-rule.ts';
import type { Audit, AuditEvent } from '../../domain/audit.ts';
import { defined } from '../../domain/defined.ts';

/** Entries that wait for the database at the same time. */
const AT_ONCE = 500;
/** Rules of so many scripts are gone when a folder is: one entry says so. */
const MOST_GONE = 50;

/** `areIgnored`: rules of scripts do not count, by the settings. Throws errors of the store. */
export async function noteScriptRules(
  audit: Audit,
  changes: readonly ScriptRuleChange[],
  areIgnored: boolean,
): Promise<void> {
  const ignored = areIgnored ? { ignored: true } : {};
  const events = [...eventsOf(changes, 'gone', ignored), ...eventsOf(changes, 'back', ignored)];
  const others = changes.filter(({ type }) => type !== 'gone' && type !== 'back');
  const all = [...events, ...others.map((change) => eventOf(change, ignored))];
  const actor = { ...SERVER, origin: { way: 'file' } };
  for (let at = 0; at < all.length; at += AT_ONCE)
    await Promise.all(all.slice(at, at + AT_ONCE).map((event) => audit.record(actor, event)));
}

function eventsOf(
  changes: readonly ScriptRuleChange[],
  wanted: 'gone' | 'back',
  ignored: { readonly ignored?: boolean },
): readonly AuditEvent[] {
  const some = changes.filter(({ type }) => type === wanted);
  if (some.length <= MOST_GONE) return some.map((change) => eventOf(change, ignored));
  const scripts = some.map(({ rule }) => rule.script);
  return [{ action: 'script-rule-changed', details: { change: wanted, count: some.length, scripts, ...ignored } }];
}

function eventOf({ type, rule, before }: ScriptRuleChange, ignored: { readonly ignored?: boolean }): AuditEvent {
  const { script, file, text } = rule;
  const problem = type === 'inherited' ? undefined : scriptRuleProblem(text);
  const details = { change: type, file, rule: text, ...defined({ before, problem }), ...ignored };
  return { action: 'script-rule-changed', script, details };
}
