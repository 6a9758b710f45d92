import type { Roots } from '@deployment-engine/shared/platform';
import type { ServerEnv } from '@deployment-engine/shared/toolkit';
import { Hosts, type Engine } from './client/index.ts';
import type { DockerConfig, RegistryLogin } from './config.ts';
import type { World } from './policy/index.ts';

/** What every tool of this server works with. */
export class Docker {
  readonly config: DockerConfig;
  readonly hosts: Hosts;

  constructor({ config, env }: Pick<ServerEnv<DockerConfig>, 'config' | 'env'>) {
    this.config = config;
    this.hosts = new Hosts(config.hosts, { env });
  }

  /** What a judgement of this call rests on. */
  world(engine: Engine, roots: Roots, signal: AbortSignal): World {
    return { allow: this.config.allow, roots, engine, signal };
  }

  /** The sign-in for a registry, by its exact host and port. */
  login(registry: string): RegistryLogin | undefined {
    const names = registry === 'docker.io' ? ['docker.io', 'index.docker.io', 'https://index.docker.io/v1/'] : [registry];
    const name = names.find((one) => Object.hasOwn(this.config.registries, one));
    return name === undefined ? undefined : this.config.registries[name];
  }
}

/** The part of a tool's context that names the backends. */
export interface DockerDeps {
  docker: Docker;
}
