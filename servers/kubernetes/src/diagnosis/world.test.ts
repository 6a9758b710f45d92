import { expect, it } from 'vitest';
import { ingressCauses } from './ingresses.ts';
import { serviceCauses } from './services.ts';
import { World, type PartName, type Parts } from './world.ts';

const at = (name: string) => ({ name, namespace: 'shop' });
const world = (parts: Partial<Parts>, cut: PartName[] = []): World => new World({ namespace: 'shop' }, parts, [], Date.now(), new Set(cut));

it('concludes nothing from what a list lacks that was cut, or that could not be read', () => {
  const Ingress = [{ metadata: at('front'), spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } }];
  const Service = [{ metadata: at('other'), spec: { selector: { app: 'other' }, ports: [{ port: 80 }] } }];
  const names = (one: World): string[] => [...ingressCauses(one), ...serviceCauses(one)].map(({ cause }) => cause);
  expect(names(world({ Ingress, Service, Pod: [] }))).toEqual(['ingress_service_missing', 'selector_mismatch']);
  expect(names(world({ Ingress, Service, Pod: [] }, ['Service', 'Pod']))).toEqual([]);
  expect(names(world({ Ingress }))).toEqual([]);
});

it('finds the workload of a pod over its owners, also where its ReplicaSet could not be read', () => {
  const owned = (kind: string, name: string) => [{ apiVersion: 'apps/v1', kind, name, uid: '1', controller: true }];
  const pod = { metadata: { ...at('web-5d8c-x'), ownerReferences: owned('ReplicaSet', 'web-5d8c') }, spec: {} };
  const set = { metadata: { ...at('web-5d8c'), ownerReferences: owned('Deployment', 'web') }, spec: {} };
  expect(world({ Pod: [pod], ReplicaSet: [set] }).workloadOf(pod)).toBe('Deployment/shop/web');
  expect(world({ Pod: [pod] }).workloadOf(pod)).toBe('Deployment/shop/web');
  expect(world({ Pod: [pod], ReplicaSet: [] }).workloadOf(pod)).toBe('ReplicaSet/shop/web-5d8c');
  expect(world({}).workloadOf({ metadata: at('lone') })).toBe('Pod/shop/lone');
});
