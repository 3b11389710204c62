/** The report in parts that are made lively one after the other, so that a large one does not freeze the page. */

/** One with fewer elements is made lively at once. */
const FEW = 200;
/** What can be taken apart: nothing that is made lively needs them as a whole. */
const CONTAINERS = 'body, #report, .cell, .outputs:not(.scrolled), .outputs-rest';

/** Every element of the report is in one of them, in order; what the containers themselves are is in none. */
export function* partsOf(element: Element): Generator<Element> {
  if (!element.matches(CONTAINERS) || element.getElementsByTagName('*').length < FEW) yield element;
  else for (const child of [...element.children]) yield* partsOf(child);
}
