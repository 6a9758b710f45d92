import { ToolError } from '@deployment-engine/shared/contracts';
import { defineServer, type ServerEnv } from '@deployment-engine/shared/toolkit';
import { engineVersion, showAddress } from './client/index.ts';
import { DockerConfig } from './config.ts';
import { Docker } from './docker.ts';
import { diagnoseContainer } from './prompts/diagnose-container.ts';
import { containerLog } from './resources/container-log.ts';
import * as tools from './tools/index.ts';

export const server = defineServer({
  name: 'docker',
  title: 'Docker',
  description: 'Containers, images, networks and volumes of one or more Docker engines, with crash diagnosis.',
  version: '0.1.0',
  port: 8001,
  instructions: [
    'Work on Docker engines. Start with container_list; for a container that fails, container_diagnose says why before logs are read line by line.',
    'Commands are lists of arguments, never shell lines. Folders can be mounted only from inside the roots. Privileges, the host’s namespaces, devices and the Docker socket are refused unless the operator allows them; do not try to get them by another road.',
    'With several hosts, every change must name its host (host_list).',
  ].join('\n'),
  config: DockerConfig,
  deps: { docker: (env: ServerEnv<DockerConfig>) => new Docker(env) },
  tools: Object.values(tools),
  resources: [containerLog],
  prompts: [diagnoseContainer],
  async probe({ docker }, _env, signal) {
    try {
      const engine = await docker.hosts.get(undefined);
      const { Version } = await engineVersion(engine, signal);
      return { ready: true, detail: `engine ${Version ?? 'of unknown version'} at ${showAddress(engine.address)}` };
    } catch (error) {
      if (error instanceof ToolError) return { ready: false, missing: error.message, hint: error.hint ?? 'Start the Docker engine.' };
      throw error;
    }
  },
});
