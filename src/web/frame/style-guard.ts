/**
 * A style sheet of an output holds for the whole page, as it does in Jupyter. Rules that would hide the report are
 * taken out, and the output says so; rules for the elements of the report itself are confined to the output.
 */
import { WORDS } from '../../render/report-text.ts';
import { noteElement } from './note.ts';

/** Of one output; sheets of libraries have a few thousand. */
const MAX_RULES = 20_000;

/** After `root` has been added and before its scripts run. */
export function guardStyles(root: ParentNode): void {
  for (const style of root.querySelectorAll<HTMLStyleElement>('.output style, .prose style')) {
    const place = style.closest('.output, .prose');
    if (place === null || style.sheet === null) continue;
    const budget = { rules: MAX_RULES };
    if (leaveOut(style.sheet, place, budget)) tell(place, WORDS.hidesReport);
  }
  for (const place of placesIn(root)) if (covers(place)) tell(place, WORDS.coversReport);
}

type RuleList = CSSStyleSheet | CSSGroupingRule;

/** Whether a rule was taken out. */
function leaveOut(sheet: RuleList, place: Element, budget: { rules: number }): boolean {
  let isFound = false;
  for (let at = sheet.cssRules.length - 1; at >= 0 && budget.rules > 0; at -= 1, budget.rules -= 1) {
    const rule = sheet.cssRules[at];
    if (rule instanceof CSSStyleRule) {
      if (!hides(rule.style) || !reachesReport(rule.selectorText, place)) {
        confine(rule, place);
        continue;
      }
      sheet.deleteRule(at);
      isFound = true;
    } else if (rule instanceof CSSGroupingRule) isFound = leaveOut(rule, place, budget) || isFound;
  }
  return isFound;
}

/** What the report itself consists of. */
const SKELETON = new Set(['*', 'article', 'body', 'div', 'html', 'main', 'section', 'span']);

/** A rule for every element of such a name is one for those of the output; `body` means the output. */
function confine(rule: CSSStyleRule, { id }: Element): void {
  const selectors = rule.selectorText.split(',').map((selector) => selector.trim());
  if (id === '' || !selectors.some((selector) => SKELETON.has(selector))) return;
  rule.selectorText = selectors
    .map((selector) => {
      if (!SKELETON.has(selector)) return selector;
      return selector === 'body' || selector === 'html' ? `#${CSS.escape(id)}` : `#${CSS.escape(id)} ${selector}`;
    })
    .join(', ');
}

function hides({
  display,
  visibility,
  opacity,
  fontSize,
  color,
  contentVisibility,
  position,
}: CSSStyleDeclaration): boolean {
  return (
    display === 'none' ||
    /^(?:hidden|collapse)$/.test(visibility) ||
    contentVisibility === 'hidden' ||
    color === 'transparent' ||
    position === 'fixed' ||
    isTiny(opacity, 0.1) ||
    isTiny(fontSize, 2)
  );
}

function isTiny(value: string, limit: number): boolean {
  return value !== '' && Number.parseFloat(value) < limit;
}

/**
 * Whether the rule holds for the report's own parts. Authors may hide what outputs have, such as a class of tables, but
 * not every element of a name.
 */
function reachesReport(selector: string, place: Element): boolean {
  const isNamed = /[.#[]/.test(selector);
  for (const element of document.querySelectorAll(selector)) {
    if (place.contains(element)) continue;
    const output = element.closest('.output');
    if (output === null || output === element || !isNamed) return true;
  }
  return false;
}

/** Of a report with thousands of outputs, few have any. */
function placesIn(root: ParentNode): ReadonlySet<Element> {
  const places = new Set<Element>();
  for (const styled of root.querySelectorAll('style, [style*="fixed" i]'))
    for (let place = outside(styled); place != null && !places.has(place); place = outside(place))
      if (root.contains(place)) places.add(place);
  return places;
}

function outside(element: Element): Element | null | undefined {
  return element.parentElement?.closest('.output, .prose');
}

/** Whether something in it is fixed to the window and as wide as the report; it is confined to its place. */
function covers(place: Element): boolean {
  const wide = place.clientWidth * 0.9;
  return [...place.querySelectorAll<HTMLElement>('[style*="fixed" i], div, section, main, aside, p')]
    .slice(0, 500)
    .some((element) => {
      if (element.offsetWidth < wide || element.offsetHeight < place.clientHeight * 0.9) return false;
      return getComputedStyle(element).position === 'fixed';
    });
}

function tell(place: Element, text: string): void {
  if (![...place.querySelectorAll(':scope > .note')].some(({ textContent }) => textContent === text))
    place.prepend(noteElement('styles', text));
}
