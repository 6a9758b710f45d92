import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openCredentials } from './credentials.ts';
import type { UserEntry } from './kubeconfig.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'credentials-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = { exec: undefined as never, env: {}, commands: true, cluster: { server: 'https://a', insecure: false } };
const headers = (user: UserEntry) => openCredentials(user, options).headers();

describe('the credentials of a user', () => {
  it('are a token, a password, or nothing', async () => {
    expect(await headers({ token: 'a' })).toEqual({ authorization: 'Bearer a' });
    expect(await headers({ basic: { username: 'ada', password: 'p:w' } })).toEqual({
      authorization: `Basic ${Buffer.from('ada:p:w').toString('base64')}`,
    });
    expect(await headers({})).toEqual({});
    expect(openCredentials({ token: 'a' }, options).renew(performance.now())).toBe(false);
  });

  it('are the token of a file before that of the kubeconfig, read again when it is refused', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'first\n');
    const one = openCredentials({ tokenFile, token: 'other' }, options);
    expect(await one.headers()).toEqual({ authorization: 'Bearer first' });
    writeFileSync(tokenFile, 'second');
    expect(await one.headers()).toEqual({ authorization: 'Bearer first' });
    expect(one.renew(performance.now())).toBe(true);
    expect(await one.headers()).toEqual({ authorization: 'Bearer second' });
  });

  it('are a certificate with its key, from files or from the kubeconfig', async () => {
    writeFileSync(join(folder, 'me.crt'), 'CERT');
    const one = openCredentials({ certificate: { file: join(folder, 'me.crt') }, key: { data: Buffer.from('KEY') } }, options);
    expect(await one.certificate()).toEqual({ cert: Buffer.from('CERT'), key: Buffer.from('KEY') });
    expect(await openCredentials({ certificate: { data: Buffer.from('alone') } }, options).certificate()).toEqual({});
    const gone = openCredentials({ certificate: { file: join(folder, 'gone.crt') }, key: { data: Buffer.from('KEY') } }, options);
    await expect(gone.certificate()).rejects.toMatchObject({ code: 'missing_dependency', message: expect.stringContaining('gone.crt') });
  });

  it('of a token file that is not there or empty are an error, not an empty token', async () => {
    await expect(headers({ tokenFile: join(folder, 'no-token') })).rejects.toMatchObject({ code: 'missing_dependency' });
    writeFileSync(join(folder, 'empty'), '\n');
    await expect(headers({ tokenFile: join(folder, 'empty') })).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('of a kind that kubectl has given up are named', () => {
    expect(() => openCredentials({ unsupported: 'gcp' }, options)).toThrow(expect.objectContaining({ code: 'unsupported' }) as Error);
  });
});
