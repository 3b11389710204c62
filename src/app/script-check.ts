/** What can be said of a script before it runs: how its inputs are read, what needs attention, what it uses. */
import { authorize, type Actor } from '../domain/access/access.ts';
import { type Finding, sortFindings } from '../domain/finding.ts';
import type { Script } from '../domain/script/script.ts';
import type { AppContext } from './context.ts';
import { findScript } from './script-find.ts';
import { checkReferences, type ScriptReferences } from './script-reference.ts';

export interface ScriptCheck {
  readonly script: Script;
  /** Its own, and those about what it uses; the worst first. */
  readonly findings: readonly Finding[];
  /** Undefined for a broken script, whose code is not read. */
  readonly references: ScriptReferences | undefined;
}

/** For operators only. Throws `not-found` and `forbidden`. */
export async function readCheck(ctx: AppContext, actor: Actor, name: string): Promise<ScriptCheck> {
  authorize(actor, { type: 'administer' });
  const script = await findScript(ctx, actor, name);
  const content = script.state === 'ready' ? await ctx.scripts.read(script.name) : undefined;
  const references = content && (await checkReferences(content, ctx));
  const findings = sortFindings([...(content?.script.findings?.() ?? []), ...(references?.findings ?? [])]);
  return { script, findings, references };
}
