/**
 * What people call the browser that sends a User-Agent. Source:
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/User-Agent
 */

/** The first that fits: later ones are named by the others, too. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\b(?:Headless)?Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bWindows\b/, 'Windows'],
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];
const OTHER_CHARS = 60;

/** `Firefox on Linux`; the beginning of the text for other programs; empty for an empty one. */
export function browserName(userAgent: string): string {
  const [, browser] = BROWSERS.find(([sign]) => sign.test(userAgent)) ?? [];
  const [, system] = SYSTEMS.find(([sign]) => sign.test(userAgent)) ?? [];
  if (browser === undefined) return userAgent.slice(0, OTHER_CHARS);
  return system === undefined ? browser : `${browser} on ${system}`;
}
