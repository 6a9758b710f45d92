import { describe, expect, it } from 'vitest';
import { closing, open } from '../testing/open-hub.ts';
import { scripted } from '../testing/machine.ts';
import { maskPersonalData } from '@deployment-engine/shared/platform';

interface Plan {
  plan: {
    steps: { tool: string; arguments: Record<string, unknown>; missing: string[]; from: { parameter: string; words: string | null }[] }[];
  } | null;
  reason: string;
}
interface Found {
  tools: { name: string; confidence: number }[];
}

describe('route', () => {
  it('plans a call and makes none', async () => {
    const opened = open({});
    const result = await opened.call('route', { sentence: 'which alerts are firing' });
    const { plan, reason } = result.structuredContent as Plan;
    expect(reason, JSON.stringify(result.structuredContent)).toBe('planned');
    expect(plan?.steps).toMatchObject([{ tool: 'prometheus__alert_list', arguments: {}, missing: [] }]);
    expect(result.content).toMatchObject([{ text: expect.stringContaining('Nothing was called') as string }]);
    expect(opened.events).toMatchObject([{ server: 'hub', tool: 'route' }]);
  });

  it('tells which part of the sentence is not planned', async () => {
    const sentence = 'which alerts are firing, then sing me a lullaby about the sea';
    const { structuredContent, content } = await open({}).call('route', { sentence });
    expect(structuredContent).toMatchObject({
      plan: { steps: [{ tool: 'prometheus__alert_list' }] },
      unplanned: [{ words: 'then sing me a lullaby about the sea' }],
    });
    expect(content).toMatchObject([{ text: expect.stringContaining('Not planned: "then sing me a lullaby') as string }]);
  });

  it('plans nothing that only reads for who wants a change', async () => {
    const planned = async (sentence: string) => {
      const { plan } = (await open({}).call('route', { sentence })).structuredContent as Plan;
      return plan?.steps.map(({ tool }) => tool);
    };
    expect(await planned('expire the silence "abc"')).toEqual(['prometheus__silence_expire']);
    expect(await planned('delete the alert silence "abc"')).not.toEqual(['prometheus__alert_list']);
  });

  it('abstains where nothing fits', async () => {
    const { structuredContent } = await open({}).call('route', { sentence: 'sing me a lullaby about the sea' });
    expect(structuredContent).toMatchObject({ plan: null });
  });

  it('names only what the caller may see', async () => {
    const sentence = 'which alerts are firing';
    const named = async (hub: object, tools: object) =>
      JSON.stringify((await open({ hub, servers: { prometheus: { tools } } }).call('route', { sentence })).structuredContent);
    expect(await named({}, {})).toContain('prometheus__alert_list');
    expect(await named({}, { alert_list: { enabled: false } })).not.toContain('prometheus__alert_list');
    const silence = 'expire the silence "abc"';
    const writes = async (hub: object) => JSON.stringify((await open({ hub }).call('route', { sentence: silence })).structuredContent);
    expect(await writes({})).toContain('prometheus__silence_expire');
    expect(await writes({ readOnly: true })).not.toContain('prometheus__silence_expire');
  });
});

describe('search', () => {
  it('learns from the call that follows it', async () => {
    const opened = open({ mcpServers: { Up: scripted() } });
    await opened.call('up__echo');
    const query = 'frobnicate log message container';
    const rank = async () =>
      ((await opened.call('search_tools', { query, limit: 50 })).structuredContent as Found).tools.findIndex(
        ({ name }) => name === 'up__log',
      );
    const before = await rank();
    for (let time = 0; time < 6; time += 1) {
      await rank();
      await opened.call('call_tool', { tool: 'up__log', arguments: { data: 'x' } });
    }
    expect(before).toBeGreaterThan(0);
    await expect.poll(rank).toBeLessThan(before);
  });
});

describe('personal data', () => {
  it('is masked where the configuration says so', async () => {
    closing.push(async () => maskPersonalData([]));
    const sent = { text: 'ada@example.org', card: 4111111111111111 };
    const through = async (hub: object) => JSON.stringify(await open({ hub, mcpServers: { Up: scripted() } }).call('up__echo', sent));
    expect(await through({})).toContain('ada@example.org');
    const masked = await through({ maskPersonalData: ['email', 'card_number'] });
    expect(masked).toContain('[masked:email]');
    expect(masked).not.toContain('4111111111111111');
  });
});
