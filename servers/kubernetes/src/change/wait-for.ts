import { ToolError } from '@deployment-engine/shared/contracts';
import type { KubeObject } from '../client/wire.ts';
import { FieldPath } from '../report/fields.ts';
import { conditionsOf, statusOf } from '../report/status.ts';
import { textOf } from '../report/text.ts';

export interface WaitCondition {
  /** Whether one object is as wanted. */
  holds(object: KubeObject): boolean;
  /** Whether the wait is over. */
  met(objects: readonly KubeObject[]): boolean;
  /** The object need not be there when the wait begins. */
  ofAbsence: boolean;
}

/**
 * What a wait is for: `ready`, `created`, `deleted`, `condition=Type`, `condition=Type=Status`, `.path=value`.
 *
 * @throws ToolError `invalid_input`
 */
export function conditionOf(text: string): WaitCondition {
  if (text === 'deleted') return { holds: () => false, met: (objects) => objects.length === 0, ofAbsence: true };
  if (text === 'created') return { holds: () => true, met: (objects) => objects.length > 0, ofAbsence: true };
  const holds = text === 'ready' ? isReady : (byCondition(text) ?? byValue(text));
  return { holds, met: (objects) => objects.length > 0 && objects.every(holds), ofAbsence: false };
}

/** A change of the specification that no controller has looked at yet makes every status a thing of the past. */
const isSeen = ({ metadata, status }: KubeObject): boolean => {
  const { observedGeneration } = (status ?? {}) as { observedGeneration?: number };
  return typeof observedGeneration !== 'number' || metadata.generation === undefined || observedGeneration >= metadata.generation;
};

/** For workloads: every replica that is wanted, of the newest form and ready, and no other. */
function isReady(object: KubeObject): boolean {
  if (!isSeen(object) || object.metadata.deletionTimestamp !== undefined) return false;
  const { replicas: wanted = 1, updateStrategy } = (object['spec'] ?? {}) as { replicas?: number; updateStrategy?: object };
  const status = (object['status'] ?? {}) as Record<string, unknown>;
  const number = (name: string): number => (typeof status[name] === 'number' ? status[name] : 0);
  switch (object.kind) {
    case 'Job':
      return statusOf(object).status === 'Complete';
    case 'Deployment':
      return ['updatedReplicas', 'replicas', 'readyReplicas'].every((name) => number(name) === wanted);
    case 'StatefulSet':
      return number('readyReplicas') === wanted && (hasOwnPace(updateStrategy) || number('updatedReplicas') === wanted);
    case 'DaemonSet':
      return (
        number('numberReady') === number('desiredNumberScheduled') &&
        (hasOwnPace(updateStrategy) || number('updatedNumberScheduled') === number('desiredNumberScheduled'))
      );
    default:
      return statusOf(object).well;
  }
}

/** Whether old replicas are meant to stay: a partition, or replacement by hand. */
const hasOwnPace = (strategy: { type?: string; rollingUpdate?: { partition?: number } } = {}): boolean =>
  strategy.type === 'OnDelete' || (strategy.rollingUpdate?.partition ?? 0) > 0;

function byCondition(text: string): ((object: KubeObject) => boolean) | undefined {
  const found = /^condition=([A-Za-z][\w./-]*)(?:=(\w+))?$/.exec(text);
  if (found === null) return undefined;
  const [, type = '', status = 'True'] = found;
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  return (object) => isSeen(object) && conditionsOf(object).some((one) => same(one.type, type) && same(one.status, status));
}

function byValue(text: string): (object: KubeObject) => boolean {
  // the first equals sign that is not within brackets
  const found = /^((?:\[[^\]]*\]|[^=[\]])+)(?:=(.*))?$/s.exec(text);
  if (found === null || !/^[.{$]/.test(text))
    throw new ToolError('invalid_input', `"${text.slice(0, 80)}" is nothing to wait for.`, {
      hint: 'Use ready, created, deleted, condition=Available or .status.phase=Running.',
    });
  const [, path = '', wanted] = found;
  const field = new FieldPath(path.trim());
  return (object) => field.read(object).some((value) => (wanted === undefined ? value !== null : textOf(value) === wanted.trim()));
}
