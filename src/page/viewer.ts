/** The person for whom a page is made, with their formats of times, durations and numbers. */
import type { Actor } from '../domain/access/access.ts';
import { ageText, durationText } from '../domain/text/duration.ts';
import { bytesFormat, dateFormat, numberFormat } from '../domain/text/intl.ts';
import { LANGUAGE } from './message/message.ts';

export interface Viewer {
  readonly actor: Actor;
  /** BCP 47, from Accept-Language: dates and numbers; texts stay in the language of the message file. */
  readonly locale: string;
  /** IANA zone that the browser sent, else the server's. */
  readonly timezone: string;
  readonly theme: 'auto' | 'light' | 'dark';
  readonly nowMs: number;
}

/** A moment for a `<time>` element: the attribute, the short text and the full text. */
export interface TimeView {
  readonly iso: string;
  readonly age: string;
  readonly full: string;
}

export function timeView(atMs: number, viewer: Viewer): TimeView {
  const full = dateFormat(viewer.locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: viewer.timezone });
  return { iso: new Date(atMs).toISOString(), age: ageText(atMs, viewer.nowMs, LANGUAGE), full: full.format(atMs) };
}

/** `10:32`, with the date if it is another day. */
export function momentText(atMs: number, viewer: Viewer): string {
  const isToday = dateText(atMs, viewer) === dateText(viewer.nowMs, viewer);
  return dateFormat(viewer.locale, {
    ...(isToday ? {} : { dateStyle: 'medium' as const }),
    timeStyle: 'short',
    timeZone: viewer.timezone,
  }).format(atMs);
}

/** `10:32:05` */
export function clockText(atMs: number, viewer: Viewer): string {
  return dateFormat(viewer.locale, { timeStyle: 'medium', timeZone: viewer.timezone }).format(atMs);
}

export function dateText(atMs: number, viewer: Viewer): string {
  return dateFormat(viewer.locale, { dateStyle: 'medium', timeZone: viewer.timezone }).format(atMs);
}

export function spanText(ms: number, viewer: Viewer): string {
  return durationText(ms, viewer.locale);
}

export function numberText(value: number, viewer: Viewer): string {
  return numberFormat(viewer.locale).format(value);
}

/** `12 kB`, `3.4 MB`: decimal units, as downloads are shown elsewhere. */
export function bytesText(bytes: number, viewer: Viewer): string {
  return bytesFormat(viewer.locale, bytes);
}
