/** What can be said of a script before it runs: how its inputs are read, what needs attention, what it uses. */
import type { Actor } from '../../domain/access/access.ts';
import { type Finding, sortFindings } from '../../domain/finding.ts';
import type { Script } from '../../domain/script/script.ts';
import type { AppContext } from '../context.ts';
import { reviewOutputs } from '../output-review.ts';
import { packagesFinding, unbuiltFinding } from '../packages-finding.ts';
import { environmentState } from './script-environment.ts';
import { findScript } from './script-find.ts';
import { checkReferences, readReferences, type ScriptReferences } from './script-reference.ts';

export interface ScriptCheck {
  readonly script: Script;
  /** Its own, and those about what it uses and has shown; the worst first. */
  readonly findings: readonly Finding[];
  /** Undefined for a broken script, whose code is not read. */
  readonly references: ScriptReferences | undefined;
}

/** For authors only. Throws `not-found` and `forbidden`. */
export async function readCheck(ctx: AppContext, actor: Actor, name: string): Promise<ScriptCheck> {
  const script = await findScript(ctx, actor, name, 'author-script');
  if (script.state !== 'ready') return { script, findings: [], references: undefined };
  const content = await ctx.scripts.read(script.name);
  const references = await checkReferences(readReferences(content, ctx), ctx);
  const { environment } = script;
  const state = environmentState(ctx, script);
  const packages = environment && state?.type === 'failed' ? packagesFinding(script, environment, state.message) : [];
  const unbuilt = unbuiltFinding(script, ctx.environmentFor);
  const found = [...references.findings, ...unbuilt, ...reviewOutputs(content, ctx.limits), ...packages];
  return { script, findings: sortFindings([...(content.script.findings?.() ?? []), ...found]), references };
}
