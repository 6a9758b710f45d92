/**
 * Indices of at most `count` points that keep a line's look: Largest-Triangle-Three-Buckets (S. Steinarsson, "Downsampling Time Series for
 * Visual Representation", 2013). First and last point stay. Values that are not finite count as far from everything, so that they show.
 */
export function downsample(times: readonly number[], values: readonly number[], count: number): number[] {
  const size = values.length;
  if (count >= size) return Array.from({ length: size }, (_, index) => index);
  if (count < 3) return count <= 0 ? [] : count === 1 ? [size - 1] : [0, size - 1];
  const chosen = [0];
  const width = (size - 2) / (count - 2);
  for (let bucket = 0; bucket < count - 2; bucket += 1) {
    const from = Math.floor(bucket * width) + 1;
    const to = Math.floor((bucket + 1) * width) + 1;
    const after = centre(times, values, to, Math.min(Math.floor((bucket + 2) * width) + 1, size));
    const before = chosen.at(-1)!;
    let best = from;
    let largest = -1;
    for (let index = from; index < to; index += 1) {
      const area = triangle(times[before]!, values[before]!, times[index]!, values[index]!, after.time, after.value);
      if (area > largest) [largest, best] = [area, index];
    }
    chosen.push(best);
  }
  chosen.push(size - 1);
  return chosen;
}

function centre(times: readonly number[], values: readonly number[], from: number, to: number): { time: number; value: number } {
  let [time, value, finite] = [0, 0, 0];
  for (let index = from; index < to; index += 1) {
    time += times[index]! / (to - from);
    if (Number.isFinite(values[index])) {
      finite += 1;
      value += (values[index]! - value) / finite;
    }
  }
  return { time, value };
}

function triangle(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
  if (!Number.isFinite(by)) return Infinity;
  const y = Number.isFinite(ay) ? ay : 0;
  return Math.abs((ax - cx) * (by - y) - (ax - bx) * (cy - y));
}

const GLYPHS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/**
 * A line of `width` glyphs over a span: the mean of each slot's finite values between the series' extremes. A slot without any sample is a
 * space, one with only NaN or infinities `!`.
 */
export function sparkline(
  times: readonly number[],
  values: readonly number[],
  span: { start: number; end: number },
  width: number,
): string {
  const slots = Array.from({ length: width }, () => ({ mean: 0, finite: 0, samples: 0 }));
  const length = span.end - span.start || 1;
  times.forEach((time, index) => {
    const slot = slots[Math.min(width - 1, Math.max(0, Math.floor(((time - span.start) / length) * width)))]!;
    const value = values[index]!;
    slot.samples += 1;
    if (!Number.isFinite(value)) return;
    slot.finite += 1;
    slot.mean += value / slot.finite - slot.mean / slot.finite;
  });
  const means = slots.filter(({ finite }) => finite > 0).map(({ mean }) => mean);
  const low = Math.min(...means);
  const high = Math.max(...means);
  return slots
    .map(({ mean, finite, samples }) => {
      if (finite === 0) return samples === 0 ? ' ' : '!';
      // halved before the difference, which could overflow
      const share = high === low ? 0 : (mean / 2 - low / 2) / (high / 2 - low / 2);
      return GLYPHS[Math.min(7, Math.floor(share * 8))]!;
    })
    .join('')
    .trimEnd();
}
