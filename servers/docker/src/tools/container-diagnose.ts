import { maskText } from '@deployment-engine/shared/platform';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { Cause } from '../diagnosis/cause.ts';
import { diagnose, verdict } from '../diagnosis/diagnose.ts';
import { gather } from '../diagnosis/facts.ts';
import type { DockerDeps } from '../docker.ts';
import { EventLine } from '../report/events.ts';
import { ContainerDetail, detailOf } from '../report/inspect.ts';
import { LogLine } from '../report/log.ts';
import * as fields from './fields.ts';

export const containerDiagnose = defineTool({
  name: 'container_diagnose',
  title: 'Diagnose why a container fails or died',
  description:
    'Why a container crashed, restarts, is unhealthy or never started: exit code, memory, restarts, health checks, engine events, image, mounts, ports and the last log lines, as ranked causes with evidence and next steps.',
  scopes: ['containers:read'],
  annotations: reads(),
  inputSchema: z.strictObject({
    container: fields.container,
    host: fields.host,
    tail: z.int().min(1).max(1000).default(200).describe('Log lines to look at'),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    container: z.string(),
    verdict: z.string(),
    causes: z.array(Cause).describe('Surest first; empty when nothing speaks against it'),
    state: ContainerDetail.shape.state,
    image: z.string(),
    events: z.array(EventLine).describe('The last ones of this container'),
    log: z.array(LogLine).describe('The last lines'),
  }),
  async handler({ container, host, tail }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const facts = await gather(engine, container, tail, signal);
    const causes = diagnose(facts);
    const { name, state, image } = detailOf(facts.container);
    return {
      host: engine.name,
      container: name,
      verdict: verdict(facts, causes),
      causes: causes.slice(0, 8),
      state,
      image,
      // exec events of health checks would push out what matters
      events: facts.events.filter((one) => !one.action.startsWith('exec_')).slice(-12),
      log: facts.log.slice(-15).map((line) => ({ ...line, text: maskText(line.text) })),
    };
  },
  render: ({ host, container, verdict: words, causes, events, log }) => ({
    summary: [
      `${container} on ${host}: ${words}`,
      ...causes.map(
        (one, index) => `${index + 1}. [${one.confidence}] ${one.title}\n${one.next_steps.map((step) => `   → ${step}`).join('\n')}`,
      ),
    ].join('\n'),
    data: [
      ...causes.flatMap((one, index) => one.evidence.map((line) => `evidence ${index + 1}: ${line}`)),
      ...events.map((one) => `event: ${one.time} ${one.action}${one.exit_code === undefined ? '' : ` exit ${one.exit_code}`}`),
      ...log.map((line) => `log: ${line.text}`),
    ].join('\n'),
  }),
});
