import { ToolError } from '@deployment-engine/shared/contracts';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../client/wire.ts';
import { conflictsOf, valueAt } from './conflicts.ts';

const LIVE: KubeObject = {
  metadata: {
    name: 'one',
    labels: { app: 'a', 'app.kubernetes.io/name': 'shop', 'app.kubernetes': 'short' },
    finalizers: ['example.com/a', 'example.com/b'],
  },
  spec: {
    replicas: 2,
    containers: [
      {
        name: 'web',
        image: 'web:1',
        ports: [
          { containerPort: 80, protocol: 'TCP' },
          { containerPort: 53, protocol: 'UDP' },
        ],
      },
      { name: 'a"]b', image: 'odd:1' },
    ],
    list: ['x', 'y'],
  },
};

describe('the value at a field of a conflict', () => {
  it.each<[string, unknown]>([
    ['.spec.replicas', 2],
    ['.metadata.labels.app', 'a'],
    ['.metadata.labels.app.kubernetes.io/name', 'shop'],
    ['.metadata.labels.app.kubernetes', 'short'],
    ['.spec.containers[name="web"].image', 'web:1'],
    ['.spec.containers[name="web"].ports[containerPort=53,protocol="UDP"].protocol', 'UDP'],
    ['.spec.containers[name="a\\"]b"].image', 'odd:1'],
    ['.spec.list[1]', 'y'],
    ['.metadata.finalizers[="example.com/b"]', 'example.com/b'],
    ['.spec.absent', undefined],
    ['.spec.containers[name="none"].image', undefined],
    ['.spec.replicas.deeper', undefined],
    ['nonsense', undefined],
  ])('%s', (path, value) => {
    expect(valueAt(LIVE, path)).toEqual(value);
  });

  it('finds a port whose protocol the manifest leaves out', () => {
    expect(valueAt({ ports: [{ containerPort: 80, name: 'http' }] }, '.ports[containerPort=80,protocol="TCP"].name')).toBe('http');
  });
});

describe('conflicts', () => {
  const failure = (causes: { field: string; message: string }[], code: 'conflict' | 'invalid_input' = 'conflict') =>
    new ToolError(code, 'Apply failed', { details: { causes } });
  const wanted: KubeObject = { metadata: { name: 'one' }, spec: { replicas: 5 } };

  it('name the owner and both values', () => {
    const causes = [
      { field: '.spec.replicas', message: 'conflict with "kube-controller-manager" with subresource "scale" using apps/v1' },
      { field: '.spec.gone', message: 'conflict with "a \\"team\\"" using v1' },
    ];
    expect(conflictsOf(failure(causes), LIVE, wanted)).toEqual([
      { field: '.spec.replicas', owner: 'kube-controller-manager', live: 2, wanted: 5 },
      { field: '.spec.gone', owner: 'a "team"' },
    ]);
  });

  it('are not any other failure', () => {
    expect(conflictsOf(failure([{ field: '.a', message: 'conflict with "x" using v1' }], 'invalid_input'), LIVE, wanted)).toBeUndefined();
    expect(conflictsOf(failure([{ field: '.a', message: 'the object has been modified' }]), LIVE, wanted)).toBeUndefined();
    expect(conflictsOf(failure([]), LIVE, wanted)).toBeUndefined();
    expect(conflictsOf(new ToolError('conflict', 'plain'), LIVE, wanted)).toBeUndefined();
    expect(conflictsOf(new Error('other'), LIVE, wanted)).toBeUndefined();
  });
});
