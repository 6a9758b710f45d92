import { z } from 'zod';

/** A sample value on the wire: JSON has no NaN and no infinities. */
export const Value = z.union([z.number(), z.enum(['NaN', '+Inf', '-Inf'])]);
export type WireValue = z.output<typeof Value>;

/** Seven significant digits are enough for a reader; whole numbers stay exact. */
export function wire(value: number): WireValue {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return Number.isInteger(value) ? value : Number(value.toPrecision(7));
}

/** A value as text, short: 4 significant digits unless it is a whole number below a million. */
export function shortNumber(value: WireValue): string {
  if (typeof value === 'string') return value;
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  return String(Number(value.toPrecision(4)));
}
