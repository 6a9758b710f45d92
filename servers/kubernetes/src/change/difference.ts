import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../client/wire.ts';
import { presentable, type MaskOptions } from '../report/mask.ts';
import { unifiedDiff } from '../report/unified-diff.ts';
import { toYaml } from '../report/yaml.ts';

export interface Difference {
  result: 'created' | 'changed' | 'unchanged' | 'deleted';
  /** A unified diff of YAML, secrets masked; empty where nothing changes. */
  diff: string;
}

export interface DifferenceOptions extends MaskOptions {
  /** Also what controllers report. */
  withStatus?: boolean;
}

/** What the API server keeps of its own accord, and what changes with every write. */
const BOOKKEEPING = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink'];

/** What a change makes of an object: nothing before is a creation, nothing after a deletion. */
export function difference(
  before: KubeObject | undefined,
  after: KubeObject | undefined,
  { withStatus = false, ...mask }: DifferenceOptions,
): Difference {
  const [old, now] = [core(before, withStatus), core(after, withStatus)];
  if (isDeepStrictEqual(old, now)) return { result: 'unchanged', diff: '' };
  const [from, to] = [old, now].map((one) => (one === undefined ? '' : toYaml(presentable(one, mask))));
  const { text } = unifiedDiff(from ?? '', to ?? '');
  return {
    result: old === undefined ? 'created' : now === undefined ? 'deleted' : 'changed',
    // what is masked without a fingerprint reads alike before and after
    diff: text === '' ? '(a masked value changes)' : text,
  };
}

function core(object: KubeObject | undefined, withStatus: boolean): KubeObject | undefined {
  if (object === undefined) return undefined;
  const { status, metadata, ...rest } = object;
  const kept = Object.fromEntries(Object.entries(metadata).filter(([name]) => !BOOKKEEPING.includes(name)));
  return { ...rest, metadata: kept as unknown as KubeObject['metadata'], ...(withStatus && status !== undefined ? { status } : {}) };
}
