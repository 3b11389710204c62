/** Columns of a kept table, and their values as they are read. */
import type { ColumnType } from '../domain/run/table.ts';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Of dates, times and durations: of how much each is a count. */
  readonly unit: Unit;
  /** The values are points in time, shown in this zone; absent: times of a clock anywhere. */
  readonly zone?: string;
  /** Decimal digits after the point. */
  readonly scale: number;
  /** Its whole numbers have 64 bits without a sign. */
  readonly isUnsigned: boolean;
  /** Single precision: its numbers have no more digits. */
  readonly isSingle: boolean;
}

export type Unit = 'D' | 's' | 'ms' | 'us' | 'ns';

export type Value = null | string | number | bigint | boolean;

/** Counts: of things, or of units of time. */
export function isWhole(type: ColumnType): boolean {
  return type === 'integer' || type === 'date' || type === 'datetime' || type === 'duration';
}
