/**
 * What a view of a Jupyter widget consists of, and whether that can be drawn: a notebook can put a widget into itself,
 * or so often into others that its view would have no end. Pure.
 */
import { kindOf, referencesOf, type WidgetModel, type WidgetModels } from './widget-model.ts';

/** Widgets within widgets, and how many widgets one view shows, each as often as it is shown. */
const DEPTH = 50;
const SHOWN = 2_500;

export interface WidgetShape {
  /** The widgets of the view, itself first, each once; empty for a widget that is not known or was closed. */
  readonly parts: readonly string[];
  /** Why it cannot be drawn. */
  readonly problem?: 'cycle' | 'depth' | 'count';
}

const shapes = new WeakMap<WidgetModels, Map<string, WidgetShape>>();

/** Each shape is found once for the same models. */
export function shapeOf(widget: string, models: WidgetModels): WidgetShape {
  const known = shapes.get(models) ?? new Map<string, WidgetShape>();
  shapes.set(models, known);
  const shape = known.get(widget) ?? findShape(widget, models);
  known.set(widget, shape);
  return shape;
}

/** The Output widgets in a view, in order; itself, if it is one. */
export function outputsIn(widget: string, models: WidgetModels): readonly string[] {
  return shapeOf(widget, models).parts.filter((part) => isOutput(models.get(part)));
}

export function isOutput(model: WidgetModel | undefined): boolean {
  return model !== undefined && kindOf(model).name === 'OutputModel';
}

const links = new WeakMap<WidgetModels, ReadonlySet<string>>();

/** The widgets that browsers keep equal to others, by `jslink`: they work without a kernel. */
export function linkedIn(models: WidgetModels): ReadonlySet<string> {
  const known = links.get(models) ?? new Set([...models.values()].filter(isLink).flatMap(referencesOf));
  links.set(models, known);
  return known;
}

export function isLink(model: WidgetModel): boolean {
  return /^(?:Directional)?LinkModel$/.test(kindOf(model).name);
}

function findShape(widget: string, models: WidgetModels): WidgetShape {
  const parts: string[] = [];
  const counts = new Map<string, number>();
  const open = new Set<string>();
  let problem: WidgetShape['problem'];

  /** How many widgets a view of this one shows. */
  function visit(id: string): number {
    const model = models.get(id);
    if (model === undefined || model.isClosed === true) return 0;
    const counted = counts.get(id);
    if (counted !== undefined) return counted;
    if (open.has(id)) problem ??= 'cycle';
    else if (open.size > DEPTH) problem ??= 'depth';
    if (open.has(id) || open.size > DEPTH) return 0;
    parts.push(id);
    open.add(id);
    const count = referencesOf(model).reduce((sum, part) => sum + visit(part), 1);
    open.delete(id);
    if (count > SHOWN) problem ??= 'count';
    counts.set(id, count);
    return count;
  }

  visit(widget);
  return problem === undefined ? { parts } : { parts: parts.slice(0, SHOWN), problem };
}
