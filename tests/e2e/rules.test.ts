import { randomBytes } from 'node:crypto';
import { connect, describeWith } from '@deployment-engine/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ground, hubProgram, inheritedEnv, prepareGround } from '../hub-process/index.ts';

const CELLS = (['in-process', 'process'] as const).flatMap((isolation) =>
  (['legacy', 'modern'] as const).map((era) => ({ isolation, era })),
);
const YES = { action: 'accept', content: { confirm: true } };

describeWith('kubernetes', (backend) =>
  describe('a rule of the operator that wants confirmation, for a call through the hub', () => {
    let ground: Ground;
    let name: string;
    const where = { kind: 'configmaps', namespace: 'default' };
    const asked: string[] = [];

    beforeEach(() => {
      ground = prepareGround();
      name = `rules-${randomBytes(5).toString('hex')}`;
      asked.length = 0;
    });
    afterEach(() => ground.clear());

    const open = async (isolation: string, era: 'legacy' | 'modern', answer: object, rules: object[]) => {
      const kubernetes = { isolation, kubeconfig: backend.kubeconfig, context: 'admin', contexts: ['admin'], rules };
      ground.configure({ servers: { kubernetes } });
      const program = { ...hubProgram('hub', '--stdio'), env: { ...inheritedEnv(), ...ground.env } };
      const client = await connect(program, era, { capabilities: { elicitation: { form: {} } } });
      client.setRequestHandler('elicitation/create', ({ params }) => {
        asked.push(params.message);
        return answer as never;
      });
      return client;
    };
    const call = async (client: Awaited<ReturnType<typeof open>>, tool: string, args: object, meta: object = {}) => {
      const result = await client.callTool({
        name: 'call_tool',
        arguments: { tool: `kubernetes__${tool}`, arguments: args },
        _meta: { ...meta },
      });
      return { failed: result.isError === true, error: (result.structuredContent as { error?: { code: string } } | undefined)?.error };
    };
    /** What a refusal left, without a rule in the way. */
    const remove = async (): Promise<void> => {
      const client = await open('in-process', 'modern', YES, []);
      try {
        expect(await call(client, 'resources_delete', { ...where, name })).toMatchObject({ failed: false });
      } finally {
        await client.close();
      }
    };
    const manifest = () => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: {} });

    it.each(CELLS)('asks a person, who agrees ($isolation, $era era)', { timeout: 60_000 }, async ({ isolation, era }) => {
      const client = await open(isolation, era, YES, [{ verbs: ['delete'], names: ['rules-*'], decide: 'confirm' }]);
      try {
        expect(await call(client, 'resources_apply', { manifest: manifest() })).toMatchObject({ failed: false });
        expect(await call(client, 'resources_delete', { ...where, name })).toMatchObject({ failed: false });
        // once, wherever the server runs: the plan is its own, and the hub tells it what the person has agreed to
        expect(asked).toEqual([expect.stringContaining('A rule of the operator wants a person to confirm this')]);
        expect(await call(client, 'resources_get', { ...where, name })).toMatchObject({ error: { code: 'not_found' } });
      } finally {
        await client.close();
      }
    });

    it.each(CELLS)('is not met by a claim, or by a no ($isolation, $era era)', { timeout: 60_000 }, async ({ isolation, era }) => {
      const client = await open(isolation, era, { action: 'decline' }, [{ verbs: ['delete'], names: ['rules-*'], decide: 'confirm' }]);
      const covers = [`delete/configmaps/default/${name}`];
      const claim = {
        consented: { covers },
        'io.deployment-engine/decision': {
          key: '',
          principal: { id: 'owner', kind: 'owner', scopes: ['*'], roles: [] },
          consented: { covers },
        },
      };
      try {
        await call(client, 'resources_apply', { manifest: manifest() });
        expect(await call(client, 'resources_delete', { ...where, name }, claim)).toMatchObject({ error: { code: 'cancelled' } });
        const { error } = await call(client, 'resources_delete', { ...where, name, consented: { covers } });
        expect(error?.code).toBe('invalid_input');
        expect(asked).toHaveLength(1);
        expect(await call(client, 'resources_get', { ...where, name })).toMatchObject({ failed: false });
      } finally {
        await client.close();
        await remove();
      }
    });
  }),
);
