import { OWNER } from '@deployment-engine/shared/contracts';
import { expect, it } from 'vitest';
import { kubernetesSuite } from '../testing/fixture.ts';

kubernetesSuite(
  'secret_read',
  (bench) => {
    const VALUE = 'mellon-mellon';
    const make = () =>
      bench
        .make({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'door' },
          data: { word: Buffer.from(VALUE).toString('base64'), bytes: Buffer.from([0xff, 0x00, 0xfe]).toString('base64') },
        })
        .catch(() => undefined);
    const args = (more: object = {}) => ({ name: 'door', namespace: bench.namespace, key: 'word', ...more });
    const can = { elicitation: true };
    const revealing = (more: object = {}, options = {}) => bench.with({ contexts: ['admin'], secrets: { reveal: true }, ...more }, options);
    const keyOf = async (session: Awaited<ReturnType<typeof revealing>>, more: object = {}): Promise<string> => {
      const asked = await session.server.call('secret_read', args(more), { can });
      if (asked.ok !== 'input') throw new Error(JSON.stringify(asked));
      expect(JSON.stringify(asked)).not.toContain(VALUE);
      return Object.keys(asked.requests)[0] ?? '';
    };
    const yes = (key: string) => ({ can, answers: { [key]: { action: 'accept', content: { confirm: true } } } });

    it('gives one value after a person has agreed', async () => {
      await make();
      const session = await revealing();
      const key = await keyOf(session);
      expect(await session.ok('secret_read', args(), yes(key))).toMatchObject({
        name: 'door',
        key: 'word',
        value: VALUE,
        encoding: 'utf8',
      });
      expect(await session.ok('secret_read', args({ key: 'bytes' }), yes(key))).toMatchObject({ value: '/wD+', encoding: 'base64' });
    });

    it('gives nothing when the person declines', async () => {
      await make();
      const session = await revealing();
      const key = await keyOf(session);
      for (const answer of [{ action: 'decline' }, { action: 'cancel' }, { action: 'accept', content: { confirm: false } }]) {
        const result = await session.server.call('secret_read', args(), { can, answers: { [key]: answer } });
        expect(result).toMatchObject({ ok: false, error: { code: 'cancelled' } });
        expect(JSON.stringify(result)).not.toContain(VALUE);
      }
    });

    it('names the near key', async () => {
      await make();
      const session = await revealing();
      const key = await keyOf(session, { key: 'wort' });
      expect(await session.fails('secret_read', args({ key: 'wort' }), yes(key))).toMatchObject({
        code: 'not_found',
        hint: 'Did you mean "word"?',
      });
    });

    it.each<[string, () => Promise<Awaited<ReturnType<typeof revealing>>>, object, string]>([
      ['where the operator has not allowed it', () => bench.with({ contexts: ['admin'] }), { can }, 'forbidden'],
      ['where nobody can be asked', () => revealing(), {}, 'forbidden'],
      ['in read-only mode', () => revealing({}, { readOnly: true }), { can }, 'read_only'],
      ['in a context that is only read', () => revealing({ readOnlyContexts: ['admin'] }), { can }, 'read_only'],
      ['of a kind that the operator keeps', () => revealing({ kinds: { deny: ['secrets'] } }), { can }, 'forbidden'],
      ['against a rule', () => revealing({ rules: [{ verbs: ['reveal'], decide: 'deny' }] }), { can }, 'forbidden'],
    ])('gives nothing %s', async (_what, start, options, code) => {
      await make();
      const session = await start();
      const result = await session.server.call('secret_read', args(), options);
      expect(result).toMatchObject({ ok: false, error: { code } });
      expect(JSON.stringify(result)).not.toContain(VALUE);
    });

    it('is not there for somebody without the scope', async () => {
      await make();
      const principal = { ...OWNER, id: 'user:ada', kind: 'user' as const, scopes: ['kubernetes:read', 'kubernetes:write'], roles: [] };
      const session = await revealing({}, { principal });
      await expect(session.server.call('secret_read', args(), { can })).rejects.toThrow('Unknown tool');
    });

    it('gives what every other answer is cleaned of, as it is stored', async () => {
      const token = `ghp_${'a1B2'.repeat(9)}`;
      await bench.make({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'plain' }, stringData: { token } });
      const session = await revealing();
      const asked = await session.server.call('secret_read', args({ name: 'plain', key: 'token' }), { can });
      if (asked.ok !== 'input') throw new Error(JSON.stringify(asked));
      const [key = ''] = Object.keys(asked.requests);
      const output = await session.ok('secret_read', args({ name: 'plain', key: 'token' }), yes(key));
      expect(output).toMatchObject({ value: Buffer.from(token).toString('base64'), encoding: 'base64' });
    });

    it('needs the cluster’s permission too', async () => {
      await make();
      const session = await revealing({ contexts: ['reader'], context: 'reader' });
      const key = await keyOf(session);
      expect(await session.fails('secret_read', args(), yes(key))).toMatchObject({
        code: 'forbidden',
        details: { missing: { verb: 'get', resource: 'secrets', namespace: bench.namespace } },
      });
    });

    it('leaves no trace of the value in the records', async () => {
      await make();
      const session = await revealing();
      await session.ok('secret_read', args(), yes(await keyOf(session)));
      expect(JSON.stringify(session.server.records)).not.toContain(VALUE);
    });
  },
  { contexts: ['admin'] },
);
