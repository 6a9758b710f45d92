import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { get as getSecurely } from 'node:https';
import { beforeAll, describe, expect, it } from 'vitest';
import { absent } from './absent.ts';
import type { BackendBase, BackendName, Backends } from './description.ts';
import { backend as find, backendsRequired } from './find.ts';

/**
 * A suite of tests against a real backend.
 *
 * Where the backend does not run, the suite's tests are collected, counted as skipped, and the suite's name says why; with
 * CI_REQUIRE_BACKENDS=1 one failing test stands for them. `body` must not touch the backend outside of hooks and tests.
 */
export function describeWith<N extends BackendName>(name: N, body: (backend: Backends[N]) => void, title: string = name): void {
  const { backend, reason } = find(name);
  if (backend !== undefined) {
    describe(title, () => {
      beforeAll(() => answers(name, backend));
      body(backend);
    });
  } else if (backendsRequired()) {
    describe(title, () => {
      it(`has the backend ${name}, which CI_REQUIRE_BACKENDS=1 demands`, () => expect.fail(reason));
    });
  } else {
    describe.skip(`${title} (skipped: ${reason})`, () => body(absent(name)));
  }
}

async function answers(name: string, { health, caFile }: BackendBase): Promise<void> {
  const status = await ask(health, caFile).catch((error: Error) => error.message);
  if (typeof status !== 'number' || status < 200 || status > 299) {
    throw new Error(
      `the backend ${name} runs but does not answer at ${health} (${status}); restart it by scripts/backends/main.ts down and up`,
    );
  }
}

function ask(health: string, caFile: string | undefined): Promise<number> {
  const unix = /^unix:(.*?\.sock):(\/.*)$/.exec(health);
  const signal = AbortSignal.timeout(10_000);
  return new Promise((resolve, reject) => {
    const take = (response: IncomingMessage): void => {
      response.resume();
      resolve(response.statusCode ?? 0);
    };
    const outgoing = unix
      ? get({ socketPath: unix[1], path: unix[2], host: 'localhost', signal }, take)
      : health.startsWith('https:')
        ? getSecurely(health, { signal, ...(caFile !== undefined && { ca: readFileSync(caFile) }) }, take)
        : get(health, { signal }, take);
    outgoing.on('error', reject);
  });
}
