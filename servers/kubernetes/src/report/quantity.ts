const FACTOR: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A quantity of Kubernetes (`250m`, `1.5Gi`, `2e3`) as a number of its unit: cores, bytes, pieces. NaN for what is none. */
export function quantity(text: string | number | undefined): number {
  if (text === undefined) return 0;
  const found = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/.exec(String(text).trim());
  if (found === null) return Number.NaN;
  const [, digits = '', exponent = '', suffix = ''] = found;
  return Number(`${digits}${exponent}`) * (FACTOR[suffix] ?? 1);
}

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const short = (value: number): string => String(Number(value.toPrecision(3)));

/** An amount of a resource as people write it: `1.5`, `250m` cores; `1.5Gi` bytes. */
export function amountText(resource: string, amount: number): string {
  if (Number.isNaN(amount)) return '?';
  if (/memory|storage|hugepages/.test(resource)) {
    let [value, at] = [amount, 0];
    while (Math.abs(value) >= 1024 && at < BINARY.length - 1) [value, at] = [value / 1024, at + 1];
    // 1000 to 1023 have four digits before the point
    return `${Math.abs(value) >= 100 ? Math.round(value) : short(value)}${BINARY[at]}`;
  }
  if (/cpu/.test(resource) && amount !== 0 && Math.abs(amount) < 1) return `${short(amount * 1000)}m`;
  return Number.isInteger(amount) ? String(amount) : short(amount);
}

/** Part of a whole in percent, without decimals; `-` where there is no whole. */
export const percent = (part: number, whole: number): string => (whole > 0 ? `${Math.round((part / whole) * 100)}%` : '-');
