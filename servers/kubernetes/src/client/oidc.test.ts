import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttp } from '@deployment-engine/shared/platform';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OidcCredentials } from './oidc.ts';

/** A token whose end is so many seconds away; nobody here checks its signature. */
const token = (seconds: number, id = ''): string =>
  ['{}', JSON.stringify({ exp: Math.floor(Date.now() / 1000) + seconds, id }), '']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

let provider: Server;
let issuer: string;
let asked: string[];
let forms: URLSearchParams[];
let endpoint: string;
let answer: () => [status: number, body: object];

beforeEach(async () => {
  asked = [];
  forms = [];
  answer = () => [200, { id_token: token(3600, String(forms.length)), refresh_token: `refresh-${forms.length}` }];
  provider = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === '/realm/.well-known/openid-configuration') return void response.end(JSON.stringify({ token_endpoint: endpoint }));
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      forms.push(new URLSearchParams(body));
      const [status, said] = answer();
      response.writeHead(status).end(JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/realm`;
  endpoint = `${issuer}/token`;
});
afterEach(() => new Promise((resolve) => provider.close(resolve)));

const credentials = (config: Record<string, string>) =>
  new OidcCredentials(
    { 'idp-issuer-url': issuer, 'client-id': 'kube', 'client-secret': 'shh', 'refresh-token': 'refresh-0', ...config },
    (origins) => createHttp({ origins }),
  );

describe('an OIDC sign-in', () => {
  it('uses the id token while it holds', async () => {
    const own = token(600);
    expect(await credentials({ 'id-token': own }).token()).toBe(own);
    expect(asked).toEqual([]);
  });

  it('renews a token that has ended, once for all that wait, and keeps what it was given', async () => {
    const one = credentials({ 'id-token': token(-5) });
    const all = await Promise.all([one.token(), one.token(), one.token()]);
    expect(new Set(all).size).toBe(1);
    expect(asked).toEqual(['GET /realm/.well-known/openid-configuration', 'POST /realm/token']);
    expect(Object.fromEntries(forms[0] ?? [])).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-0',
      client_id: 'kube',
      client_secret: 'shh',
    });
    expect(await one.token()).toBe(all[0]);
    const refusedAt = performance.now();
    expect([one.forget(refusedAt), one.forget(refusedAt)]).toEqual([true, true]);
    const next = await one.token();
    expect(next).not.toBe(all[0]);
    expect(forms[1]?.get('refresh_token')).toBe('refresh-1');
    // another request that was refused before the renewal finds the new one
    expect(one.forget(refusedAt)).toBe(true);
    expect(await one.token()).toBe(next);
    expect(forms).toHaveLength(2);
  });

  it('counts a token that cannot be read as ended', async () => {
    for (const broken of ['x', 'a.b.c', `a.${Buffer.from('[]').toString('base64url')}.c`])
      await credentials({ 'id-token': broken }).token();
    expect(forms).toHaveLength(3);
  });

  it('says when the provider refuses, without the refresh token', async () => {
    answer = () => [400, { error: 'invalid_grant', error_description: 'refresh-0 is revoked' }];
    const error = await credentials({ 'id-token': token(-5) })
      .token()
      .catch((thrown: unknown) => thrown as Error & { code: string });
    expect(error).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('HTTP 400') });
    expect((error as Error).message).not.toContain('refresh-0');
  });

  it('tries again after a refusal', async () => {
    const good = answer;
    answer = () => [503, {}];
    const one = credentials({ 'id-token': token(-5) });
    await expect(one.token()).rejects.toMatchObject({ code: 'unauthenticated' });
    answer = good;
    await expect(one.token()).resolves.toContain('.');
  });

  it('sends the refresh token to no other origin than the issuer’s', async () => {
    endpoint = 'http://127.0.0.1:1/token';
    await expect(credentials({ 'id-token': token(-5) }).token()).rejects.toMatchObject({ code: 'upstream_error' });
    expect(forms).toEqual([]);
  });

  it('needs a refresh token for that', async () => {
    const one = credentials({ 'id-token': token(-5), 'refresh-token': '' });
    await expect(one.token()).rejects.toMatchObject({ code: 'unauthenticated', hint: expect.stringContaining('Sign in again') });
    expect(asked).toEqual([]);
    expect(one.forget(performance.now())).toBe(false);
  });
});
