import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../client/wire.ts';
import { statusOf } from './status.ts';

const object = (kind: string, status: object, spec: object = {}, metadata: object = {}): KubeObject => ({
  kind,
  metadata: { name: 'one', ...metadata },
  spec,
  status,
});
const running = { state: { running: {} }, ready: true, name: 'web' };
const waiting = (reason: string, message?: string) => ({ name: 'web', ready: false, state: { waiting: { reason, message } } });
const ended = (exitCode: number, reason?: string) => ({ name: 'web', ready: false, state: { terminated: { exitCode, reason } } });
const pod = (phase: string, more: object = {}) => object('Pod', { phase, ...more });

describe('the status of a pod, as kubectl says it', () => {
  it.each<[string, KubeObject, string, boolean]>([
    ['runs', pod('Running', { containerStatuses: [running] }), 'Running', true],
    [
      'has one container that is not ready',
      pod('Running', { containerStatuses: [running, { ...running, ready: false }] }),
      'NotReady',
      false,
    ],
    ['crashes again and again', pod('Running', { containerStatuses: [waiting('CrashLoopBackOff')] }), 'CrashLoopBackOff', false],
    [
      'cannot pull its image',
      pod('Pending', { containerStatuses: [waiting('ImagePullBackOff', 'no such image')] }),
      'ImagePullBackOff',
      false,
    ],
    ['ran out of memory', pod('Running', { containerStatuses: [ended(137, 'OOMKilled')] }), 'OOMKilled', false],
    [
      'has one that is done beside one that runs',
      pod('Running', { containerStatuses: [running, ended(0, 'Completed')] }),
      'NotReady',
      false,
    ],
    ['is done', pod('Succeeded', { containerStatuses: [ended(0, 'Completed')] }), 'Completed', true],
    ['failed', pod('Failed', { containerStatuses: [ended(1, 'Error')] }), 'Error', false],
    ['was evicted', pod('Failed', { reason: 'Evicted', message: 'low on memory' }), 'Evicted', false],
    ['waits for its first init container', pod('Pending', { initContainerStatuses: [waiting('PodInitializing')] }), 'Init:0/1', false],
    [
      'waits for its second',
      pod('Pending', { initContainerStatuses: [ended(0), { name: 'b', state: { running: {} } }] }),
      'Init:1/2',
      false,
    ],
    [
      'has an init container that crashes',
      pod('Pending', { initContainerStatuses: [waiting('CrashLoopBackOff')] }),
      'Init:CrashLoopBackOff',
      false,
    ],
    ['has an init container that failed', pod('Failed', { initContainerStatuses: [ended(2, 'Error')] }), 'Init:Error', false],
    [
      'has a sidecar that runs on',
      pod('Running', { initContainerStatuses: [{ name: 'proxy', started: true, state: { running: {} } }], containerStatuses: [running] }),
      'Running',
      true,
    ],
    ['makes its containers', pod('Pending', { containerStatuses: [waiting('ContainerCreating')] }), 'ContainerCreating', false],
    ['finds no node', pod('Pending', { conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes' }] }), 'Pending', false],
    ['goes', object('Pod', { phase: 'Running' }, {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), 'Terminating', false],
    ['says nothing', pod(''), 'Unknown', false],
    ['has no status at all', { kind: 'Pod', metadata: { name: 'one' } }, 'Unknown', false],
  ])('one that %s', (_what, one, status, well) => {
    expect(statusOf(one)).toMatchObject({ status, well });
  });

  it('says why', () => {
    expect(statusOf(pod('Pending', { containerStatuses: [waiting('ImagePullBackOff', 'no such image')] })).detail).toBe('no such image');
    expect(statusOf(pod('Running', { containerStatuses: [ended(137, 'OOMKilled')] })).detail).toBe('web exit code 137');
    expect(statusOf(pod('Pending', { conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes' }] })).detail).toBe(
      '0/3 nodes',
    );
  });
});

describe('the status of other kinds', () => {
  it.each<[string, KubeObject, string, boolean]>([
    ['a Deployment', object('Deployment', { readyReplicas: 2 }, { replicas: 2 }), '2/2 ready', true],
    ['a Deployment that misses one', object('Deployment', { readyReplicas: 1 }, { replicas: 2 }), '1/2 ready', false],
    ['a Deployment of none', object('Deployment', {}, { replicas: 0 }), '0/0 ready', true],
    ['a Deployment without a number', object('Deployment', {}), '0/1 ready', false],
    ['a StatefulSet', object('StatefulSet', { readyReplicas: 3 }, { replicas: 3 }), '3/3 ready', true],
    ['a DaemonSet', object('DaemonSet', { numberReady: 1, desiredNumberScheduled: 3 }), '1/3 ready', false],
    ['a Job that runs', object('Job', { active: 1 }), 'Running', true],
    ['a Job that is done', object('Job', { conditions: [{ type: 'Complete', status: 'True' }] }), 'Complete', true],
    [
      'a Job that failed',
      object('Job', { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] }),
      'Failed',
      false,
    ],
    ['a Node', object('Node', { conditions: [{ type: 'Ready', status: 'True' }] }), 'Ready', true],
    [
      'a Node that is not',
      object('Node', { conditions: [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady' }] }),
      'NotReady',
      false,
    ],
    ['a Node that says nothing', object('Node', { conditions: [{ type: 'Ready', status: 'Unknown' }] }), 'Unknown', false],
    [
      'a Node short of memory',
      object('Node', {
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'MemoryPressure', status: 'True' },
        ],
      }),
      'MemoryPressure',
      false,
    ],
    [
      'a cordoned Node',
      object('Node', { conditions: [{ type: 'Ready', status: 'True' }] }, { unschedulable: true }),
      'SchedulingDisabled',
      false,
    ],
    ['a bound claim', object('PersistentVolumeClaim', { phase: 'Bound' }), 'Bound', true],
    ['a claim that waits', object('PersistentVolumeClaim', { phase: 'Pending' }), 'Pending', false],
    ['a volume', object('PersistentVolume', { phase: 'Available' }), 'Available', true],
    ['a Namespace', object('Namespace', { phase: 'Active' }), 'Active', true],
    ['a Namespace that goes', object('Namespace', { phase: 'Terminating' }), 'Terminating', false],
    ['a Service', object('Service', {}, { type: 'ClusterIP' }), 'Present', true],
    ['a balanced Service without a balancer', object('Service', { loadBalancer: {} }, { type: 'LoadBalancer' }), 'Pending', false],
    [
      'a balanced Service',
      object('Service', { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } }, { type: 'LoadBalancer' }),
      'Present',
      true,
    ],
    ['a custom resource that is ready', object('Certificate', { conditions: [{ type: 'Ready', status: 'True' }] }), 'Ready', true],
    [
      'a custom resource that is not',
      object('Certificate', { conditions: [{ type: 'Ready', status: 'False', reason: 'Pending' }] }),
      'NotReady',
      false,
    ],
    [
      'a custom resource that stalls',
      object('Kustomization', { conditions: [{ type: 'Stalled', status: 'True', reason: 'BadPath' }] }),
      'Stalled',
      false,
    ],
    ['a custom resource with a phase', object('Backup', { phase: 'Completed' }), 'Completed', true],
    ['a custom resource whose phase says that it failed', object('Backup', { phase: 'PartiallyFailed' }), 'PartiallyFailed', false],
    ['a ConfigMap', { kind: 'ConfigMap', metadata: { name: 'one' } }, 'Present', true],
    ['what has conditions of no use', object('Thing', { conditions: 'none' }), 'Present', true],
    ['what has a status that is none', { kind: 'Thing', metadata: { name: 'one' }, status: 'fine' }, 'Present', true],
  ])('%s', (_what, one, status, well) => {
    expect(statusOf(one)).toMatchObject({ status, well });
  });

  it('what keeps an object that goes', () => {
    expect(statusOf(object('ConfigMap', {}, {}, { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['example.com/hold'] }))).toEqual({
      status: 'Terminating',
      well: false,
      detail: 'example.com/hold',
    });
  });
});
