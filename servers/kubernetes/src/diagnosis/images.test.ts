import { expect, it } from 'vitest';
import { imageCauses } from './images.ts';
import type { Pod } from './objects.ts';
import { World, type Parts } from './world.ts';

const IMAGE = 'registry.test/forbidden/not-found:403';

function causeOf(message: string, { reason = 'ErrImagePull', secrets = [] as string[] } = {}): string {
  const pod: Pod = {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { imagePullSecrets: secrets.map((name) => ({ name })), containers: [{ name: 'main', image: IMAGE }] },
    status: { containerStatuses: [{ name: 'main', state: { waiting: { reason, message } } }] },
  };
  const parts: Partial<Parts> = { Pod: [pod], Secret: [{ metadata: { name: 'there', namespace: 'shop' } }] };
  return imageCauses(new World({ namespace: 'shop' }, parts, [], Date.now()))
    .map(({ cause, confidence }) => `${cause} ${confidence}`)
    .join(', ');
}

it.each([
  [`failed to resolve reference "${IMAGE}": ${IMAGE}: not found`, 'image_not_found certain'],
  ['manifest for a:b not found: manifest unknown: manifest unknown', 'image_not_found certain'],
  ['pull access denied for a, repository does not exist or may require authorization', 'image_pull_denied likely'],
  ['failed to authorize: failed to fetch oauth token: unexpected status from GET request: 403 Forbidden', 'image_pull_denied certain'],
  ['unexpected status code [manifests 1]: 401 Unauthorized', 'image_pull_denied certain'],
  ['toomanyrequests: You have reached your pull rate limit', 'registry_rate_limited certain'],
  ['dial tcp: lookup registry.test: no such host', 'registry_unreachable certain'],
  ['dial tcp 10.0.0.9:443: i/o timeout', 'registry_unreachable certain'],
  ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'registry_unreachable certain'],
  ['no match for platform in manifest: not found', 'wrong_architecture certain'],
  ['write /var/lib/containerd/x: no space left on device', 'disk_full certain'],
  ['something new', 'image_pull_failed likely'],
])('knows what is said of an image whose name says nothing: %s', (message, expected) => {
  expect(causeOf(message)).toBe(expected);
});

it('takes a missing pull secret for the reason only where the registry refuses', () => {
  expect(causeOf('401 Unauthorized', { secrets: ['absent'] })).toBe('pull_secret_missing certain');
  expect(causeOf('something new', { secrets: ['absent'] })).toBe('pull_secret_missing certain');
  expect(causeOf('401 Unauthorized: denied', { secrets: ['there'] })).toBe('image_pull_denied certain');
  expect(causeOf('manifest unknown', { secrets: ['absent'] })).toBe('image_not_found certain');
});

it.each([
  ['InvalidImageName', 'image_name_invalid certain'],
  ['ErrImageNeverPull', 'image_never_pulled certain'],
  ['ContainerCreating', ''],
])('knows the reason %s', (reason, expected) => {
  expect(causeOf('', { reason })).toBe(expected);
});
