/** The result of a measurement, with its aim. */
import type { Times } from './measure.ts';

export interface Finding {
  readonly what: string;
  readonly ours: string;
  /** The peer and its figure, if there is one. */
  readonly peer?: string;
  readonly ratio?: string;
  /** Without an aim, the figure is only printed. */
  readonly aim?: string;
  readonly met?: boolean;
}

/** A figure that must stay below a bound. */
export function bounded(what: string, value: number, unit: string, bound: number): Finding {
  return { what, ours: `${digits(value)} ${unit}`, aim: `≤ ${bound} ${unit}`, met: value <= bound };
}

interface Peer {
  readonly name: string;
  readonly times: Times;
}

/** Our time beside a peer's; `atLeast`: how many times as long the peer should take. */
export function compared(what: string, ours: Times, peer: Peer, atLeast?: number): Finding {
  const ratio = peer.times.medianMs / ours.medianMs;
  return {
    what,
    ours: spread(ours),
    peer: `${peer.name}: ${spread(peer.times)}`,
    ratio: `${digits(ratio)}×`,
    ...(atLeast === undefined ? {} : { aim: `≥ ${atLeast}×`, met: ratio >= atLeast }),
  };
}

/** Median with the tenth and the ninetieth percentile. */
export function spread({ medianMs, p10Ms, p90Ms }: Times): string {
  return `${digits(medianMs)} ms (${digits(p10Ms)}–${digits(p90Ms)})`;
}

export function digits(value: number): string {
  const size = Math.abs(value);
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function toMarkdown(findings: readonly Finding[]): string {
  const verdict = ({ aim, met }: Finding) => (aim === undefined ? '' : met === true ? 'met' : '**missed**');
  const rows = findings.map(
    (finding) =>
      `| ${finding.what} | ${finding.ours} | ${finding.peer ?? ''} | ${finding.ratio ?? ''} | ${finding.aim ?? ''} | ${verdict(finding)} |`,
  );
  return ['| | Script Runner | peer | ratio | aim | |', '|---|---|---|---|---|---|', ...rows].join('\n');
}
