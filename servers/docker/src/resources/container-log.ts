import { ToolError } from '@deployment-engine/shared/contracts';
import { defineResource, type ToolContext } from '@deployment-engine/shared/toolkit';
import { listContainers } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { nameOf } from '../report/container.ts';
import { showLines } from '../report/lines.ts';
import { readLog } from '../report/log.ts';
import { isMissing } from '../tools/fields.ts';
import * as fields from '../tools/fields.ts';

const LISTED = 100;
const LINES = 500;

/** The last lines of a container's log, for clients that attach resources. */
export const containerLog = defineResource<DockerDeps>({
  uri: 'docker://{host}/containers/{container}/logs',
  name: 'container_log',
  title: 'Log of a container',
  description: `The last ${LINES} lines of a container’s output.`,
  mimeType: 'text/plain',
  scopes: ['containers:read'],
  async read({ host = '', container = '' }, { deps, signal }) {
    if (!fields.container.safeParse(container).success) throw new ToolError('not_found', 'There is no such container.');
    const engine = await deps.docker.hosts.get(host);
    const { lines } = await readLog(engine, container, { tail: LINES, characters: 200_000 }, signal);
    return { text: showLines(lines) };
  },
  async list({ deps, signal }) {
    const engine = await deps.docker.hosts.get(undefined);
    const running = await listContainers(engine, {}, signal);
    return running.slice(0, LISTED).map((one) => {
      const name = nameOf(one.Names);
      return { uri: `docker://${engine.name}/containers/${name}/logs`, name: `${name} log`, mimeType: 'text/plain' };
    });
  },
  complete: (variable, typed, context) => completeContainer(variable, typed, context),
});

/** Names of hosts and containers that begin with what is typed; an engine that does not answer completes nothing. */
export async function completeContainer(variable: string, typed: string, { deps, signal }: ToolContext<DockerDeps>): Promise<string[]> {
  const { hosts } = deps.docker;
  if (variable === 'host') return hosts.names().filter((name) => name.startsWith(typed));
  try {
    const engine = await hosts.get(undefined);
    return (await listContainers(engine, { all: true }, signal)).map((one) => nameOf(one.Names)).filter((name) => name.startsWith(typed));
  } catch (error) {
    if (isMissing(error) || (error instanceof ToolError && !signal.aborted)) return [];
    throw error;
  }
}
