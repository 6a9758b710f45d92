import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExec, type Exec } from '@deployment-engine/shared/platform';
import { afterAll, describe, expect, it } from 'vitest';
import { ExecCredentials } from './exec-credential.ts';
import type { UserEntry } from './kubeconfig.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'credential-')));
const exec: Exec = createExec();
afterAll(async () => {
  await exec.close();
  rmSync(folder, { recursive: true, force: true });
});

let made = 0;
type Command = NonNullable<UserEntry['exec']>;

/** A real program: writes down what it was told, counts its runs, and prints what the script says. */
function program(script: string): { command: string; runs(): number; told(): { info: unknown; args: string[]; extra?: string } } {
  const name = `get-${made++}.mjs`;
  const log = join(folder, `${name}.log`);
  writeFileSync(
    join(folder, name),
    `#!${process.execPath}
import { appendFileSync } from 'node:fs';
const told = { info: JSON.parse(process.env.KUBERNETES_EXEC_INFO), args: process.argv.slice(2), extra: process.env.EXTRA };
appendFileSync(${JSON.stringify(log)}, JSON.stringify(told) + '\\n');
const print = (status, more = {}) => console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status, ...more }));
const run = String(process.pid);
${script}
`,
  );
  chmodSync(join(folder, name), 0o755);
  const lines = () => readFileSync(log, 'utf8').trim().split('\n');
  return {
    command: `./${name}`,
    runs: () => lines().length,
    told: () => JSON.parse(lines()[0] ?? '{}') as { info: unknown; args: string[]; extra?: string },
  };
}

const credentials = (command: Partial<Command>, { commands = true } = {}) =>
  new ExecCredentials(
    { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', folder, ...command },
    { exec, env: {}, commands, cluster: { server: 'https://api.example', ca: { data: Buffer.from('CA') }, insecure: false } },
  );

describe('a credential command', { timeout: 30_000 }, () => {
  it('is run once for many requests, told what kubectl tells, and found relative to the kubeconfig', async () => {
    const { command, runs, told } = program("print({ token: 'a-token' });");
    const one = credentials({ command, args: ['--for', 'me'], env: [{ name: 'EXTRA', value: 'yes' }], provideClusterInfo: true });
    const all = await Promise.all(Array.from({ length: 5 }, () => one.headers()));
    expect(new Set(all.map((headers) => headers['authorization']))).toEqual(new Set(['Bearer a-token']));
    expect(runs()).toBe(1);
    expect(told()).toEqual({
      args: ['--for', 'me'],
      extra: 'yes',
      info: {
        kind: 'ExecCredential',
        apiVersion: 'client.authentication.k8s.io/v1',
        spec: {
          interactive: false,
          cluster: {
            server: 'https://api.example',
            'insecure-skip-tls-verify': false,
            'certificate-authority-data': Buffer.from('CA').toString('base64'),
          },
        },
      },
    });
  });

  it('is run again when the token ends, once for all that wait', async () => {
    const { command, runs } = program('print({ token: run, expirationTimestamp: new Date(Date.now() + 5_000).toISOString() });');
    const one = credentials({ command });
    const first = await one.headers();
    // within the last seconds it counts as ended
    const next = await Promise.all([one.headers(), one.headers(), one.headers()]);
    expect(new Set(next.map((headers) => headers['authorization'])).size).toBe(1);
    expect(next[0]).not.toEqual(first);
    expect(runs()).toBe(2);
  });

  it('is not run again while the token holds', async () => {
    const { command, runs } = program('print({ token: run, expirationTimestamp: new Date(Date.now() + 3_600_000).toISOString() });');
    const one = credentials({ command });
    await one.headers();
    await one.headers();
    expect(runs()).toBe(1);
  });

  it('is run again once when the server refuses the token, however many requests were refused', async () => {
    const { command, runs } = program('print({ token: run });');
    const one = credentials({ command });
    const sentAt = performance.now();
    expect(one.renew(sentAt)).toBe(false);
    await one.headers();
    const refusedAt = performance.now();
    expect([one.renew(refusedAt), one.renew(refusedAt), one.renew(refusedAt)]).toContain(true);
    await one.headers();
    expect(one.renew(refusedAt)).toBe(true);
    await one.headers();
    expect(runs()).toBe(2);
  });

  it('may give a certificate', async () => {
    const { command } = program("print({ clientCertificateData: 'CERT', clientKeyData: 'KEY' });");
    const one = credentials({ command });
    expect(await one.certificate()).toEqual({ cert: 'CERT', key: 'KEY' });
    expect(await one.headers()).toEqual({});
  });

  const CANARY = 'canary-of-a-credential';
  it.each([
    ['fails', `console.error('${CANARY}'); process.exit(3);`, /failed \(exit code 3\)/],
    ['prints no JSON', `console.log('${CANARY}');`, /printed no ExecCredential/],
    ['prints no credential', `print({ expirationTimestamp: '${CANARY}' });`, /printed no ExecCredential/],
    [
      'prints another kind',
      `console.log(JSON.stringify({ kind: 'Secret', status: { token: '${CANARY}' } }));`,
      /printed no ExecCredential/,
    ],
    ['prints far too much', `console.log('${CANARY}'.repeat(200_000)); setInterval(() => undefined, 1000);`, /failed \(exit code none\)/],
  ])('that %s is told by its name, without what it printed', async (_what, script, message) => {
    const { command } = program(script);
    const error = await credentials({ command, installHint: 'Ask the platform team.' })
      .headers()
      .catch((thrown: unknown) => thrown as Error & { code: string; hint: string });
    expect(error).toMatchObject({ code: 'unauthenticated', message: expect.stringMatching(message) });
    expect(JSON.stringify([(error as Error).message, (error as { hint?: string }).hint])).not.toContain(CANARY);
  });

  it('that failed is tried again by the next request', async () => {
    const { command, runs } = program(
      "import { existsSync, writeFileSync } from 'node:fs'; const flag = import.meta.filename + '.once'; if (existsSync(flag)) print({ token: 'now' }); else { writeFileSync(flag, ''); process.exit(1); }",
    );
    const one = credentials({ command });
    await expect(one.headers()).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await one.headers()).toEqual({ authorization: 'Bearer now' });
    expect(runs()).toBe(2);
  });

  it('that is not installed is named, with the hint of the kubeconfig', async () => {
    await expect(credentials({ command: 'no-such-credential-command', installHint: 'brew install it' }).headers()).rejects.toMatchObject({
      code: 'missing_dependency',
      message: expect.stringContaining('no-such-credential-command'),
      hint: 'brew install it',
    });
  });

  it('is not run where the operator has switched commands off', async () => {
    const { command, runs } = program("print({ token: 'x' });");
    await expect(credentials({ command }, { commands: false }).headers()).rejects.toMatchObject({ code: 'forbidden' });
    expect(runs).toThrow(/ENOENT/);
  });
});
