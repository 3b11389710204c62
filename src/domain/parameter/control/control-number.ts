/** A number, typed or chosen with a slider. */
import { defined } from '../../defined.ts';
import { isMultiple } from '../../text/number-text.ts';
import type { Field } from '../field.ts';
import { type ParameterSchema, typesOf } from '../parameter.ts';
import type { ControlRule } from './control.ts';
import { suggestionsOf, valueText } from './control-text.ts';

export const numberControl: ControlRule = (schema, start) => ({
  ...sliderControl(schema, start),
  ...defined({ suggestions: suggestionsOf(schema) }),
});

export const sliderControl = (schema: ParameterSchema, start: Parameters<ControlRule>[1]): ReturnType<ControlRule> => ({
  value: valueText(start, schema),
  ...numberHints(schema),
});

/** Bounded on both sides, with few enough steps that each can be chosen; the default is one of them. */
export function isSlider(schema: ParameterSchema): boolean {
  const { minimum, maximum, multipleOf } = schema;
  if (minimum === undefined || maximum === undefined || maximum <= minimum) return false;
  const whole = schema.type === 'integer';
  if (multipleOf === undefined) return whole ? maximum - minimum <= 1000 : maximum - minimum <= 100;
  return stepOf(schema) !== 'any' && (maximum - minimum) / multipleOf <= 1000;
}

/** Browsers count steps from the minimum, or else from the first value: a step that does not fit both is left out. */
function stepOf(schema: ParameterSchema): number | 'any' {
  const whole = typesOf(schema).join() === 'integer';
  const step = schema.multipleOf ?? (whole ? 1 : undefined);
  if (step === undefined) return 'any';
  const fits = [schema.minimum, schema.default].every((value) => typeof value !== 'number' || isMultiple(value, step));
  return fits ? step : 'any';
}

export function numberHints(schema: ParameterSchema): Pick<Field, 'min' | 'max' | 'step' | 'signed'> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const whole = typesOf(schema).join() === 'integer';
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + (whole ? 1 : 0));
  const high = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - (whole ? 1 : 0));
  const signed = Number(low) < 0 || Number(schema.default) < 0;
  return { ...defined({ min: low, max: high }), ...(signed ? { signed } : {}), step: stepOf(schema) };
}
