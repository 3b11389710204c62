/** Where the choices of an input come from (port). Implemented by `files/` and `worker/`. */
import type { Choice } from '../parameter/choice.ts';
import type { ChoiceRule } from '../parameter/choice-rule.ts';
import type { Json } from '../text/json.ts';
import type { ScriptContent } from './script.ts';

export interface ChoiceRequest {
  readonly content: ScriptContent;
  readonly rule: ChoiceRule;
  /** The values of the inputs that the rule names; null: none. */
  readonly inputs: Readonly<Record<string, Json>>;
  /** As of a run: the folder whose files are changed only privately, and the Python; absent: as on this machine. */
  readonly place?: { readonly root?: string; readonly python?: string };
}

export interface ChoiceSource {
  /** All choices for these values, each value once, within the bounds of the source. Throws `ChoiceError`. */
  list(request: ChoiceRequest): Promise<readonly Choice[]>;
}

/** Why there are no choices: a sentence for the person who fills in the form. */
export class ChoiceError extends Error {
  /** What only the author or the operator should see: the exception of a cell, without secrets. */
  readonly detail: string | undefined;

  constructor(message: string, detail?: string) {
    super(message);
    this.detail = detail;
  }
}
