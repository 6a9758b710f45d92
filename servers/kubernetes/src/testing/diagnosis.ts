import { expect, vi } from 'vitest';
import { server } from '../server.ts';
import { deploymentBody, type DeploymentOptions } from './deployments.ts';
import type { Bench, Draft } from './fixture.ts';

// a test asks several times below, and each may wait for a controller as long as it takes on a busy machine
vi.setConfig({ testTimeout: 120_000 });

/** What the tool diagnose answers. */
export interface Diagnosis {
  verdict: string;
  causes: {
    cause: string;
    title: string;
    confidence: string;
    object: string;
    evidence: string[];
    remedy: string;
    next: { tool: string; arguments: Record<string, unknown> };
    follows?: string;
  }[];
  gaps: string[];
}

/**
 * Asks until this is the first cause, or fails with what was named instead; then holds its form against what every cause must have.
 * With `saying` it asks until the evidence says that too: a controller writes its Event after the status that already names the cause.
 */
export async function firstCause(bench: Bench, question: object, cause: string, object: string, saying?: RegExp): Promise<Diagnosis> {
  let last: Diagnosis | undefined;
  await expect
    .poll(
      async () => {
        last = await bench.ok<Diagnosis>('diagnose', question);
        return last.causes.slice(0, 1).map((one) => `${one.cause} ${one.object}`);
      },
      { timeout: 25_000, interval: 300 },
    )
    .toEqual([`${cause} ${object}`]);
  if (saying !== undefined) {
    const evidence = async () => {
      last = await bench.ok<Diagnosis>('diagnose', question);
      return last.causes[0]?.evidence.join('\n');
    };
    await expect.poll(evidence, { timeout: 25_000, interval: 300 }).toMatch(saying);
  }
  const found = last as Diagnosis;
  const tools = new Map(server.surface().tools.map((tool) => [tool.name, tool]));
  for (const { title, evidence, remedy, next, confidence } of found.causes) {
    expect(title).not.toBe('');
    expect(remedy).toMatch(/\.$/);
    expect(['certain', 'likely', 'possible']).toContain(confidence);
    // each fact says which object it comes from
    for (const fact of evidence) expect(fact, title).toMatch(/^(?:[A-Z][A-Za-z]+\/\S+|And \d+ more|There are|IngressClasses there are)/);
    expect(evidence.length, title).toBeGreaterThan(0);
    const { properties = {} } = (tools.get(next.tool)?.inputSchema ?? {}) as { properties?: object };
    expect(Object.keys(properties), `${title}: ${next.tool}`).toEqual(expect.arrayContaining(Object.keys(next.arguments)));
  }
  return found;
}

/**
 * Asks until this is what is named for a question, in its order: `rollout_paused Deployment/web`.
 * Controllers write a status after what it is about, so that the first answer may tell of a moment before.
 */
export async function expectNamed(bench: Bench, question: object, expected: readonly string[]): Promise<void> {
  const names = async () => (await bench.ok<Diagnosis>('diagnose', question)).causes.map(({ cause, object }) => `${cause} ${object}`);
  await expect.poll(names, { timeout: 25_000, interval: 300 }).toEqual(expected);
}

interface FatedOptions extends Omit<DeploymentOptions, 'annotations'> {
  namespace: string;
  /** Of the pods, for kwok. */
  fate?: string;
}

/** A Deployment whose pods meet a fate. */
export const deployment = (bench: Bench, name: string, { fate, ...options }: FatedOptions): Draft =>
  deploymentBody(name, { ...options, ...(fate === undefined ? {} : { annotations: { [bench.backend.fates.annotation]: fate } }) });

export function service(name: string, namespace: string, selector: Record<string, string>, targetPort: number | string = 8080): Draft {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector, ports: [{ port: 80, targetPort }] } };
}
