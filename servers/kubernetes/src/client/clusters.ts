import { isDeepStrictEqual } from 'node:util';
import { ToolError } from '@deployment-engine/shared/contracts';
import { nearest, watchConfig, type ConfigWatch } from '@deployment-engine/shared/platform';
import type { ServerEnv } from '@deployment-engine/shared/toolkit';
import type { KubernetesSettings } from '../config.ts';
import { Access } from '../policy/access.ts';
import { Cluster } from './cluster.ts';
import { Connection } from './connection.ts';
import { kubeconfigFiles, readKubeconfig, type ContextEntry, type Kubeconfig } from './kubeconfig.ts';

export interface Contexts {
  entries: ContextEntry[];
  broken: ReadonlyMap<string, ToolError>;
  current: string | undefined;
  files: readonly string[];
}

/** The clusters by the names of the kubeconfig's contexts. The files are read on the first use and again when they change. */
export class Clusters {
  readonly #env: Pick<ServerEnv<KubernetesSettings>, 'config' | 'env' | 'exec' | 'log' | 'readOnly'>;
  readonly #files: readonly string[];
  #reading: Promise<Kubeconfig> | undefined;
  readonly #open = new Map<string, { entry: ContextEntry; cluster: Cluster }>();
  #watches: ConfigWatch[] | undefined;

  constructor(env: Pick<ServerEnv<KubernetesSettings>, 'config' | 'env' | 'exec' | 'log' | 'readOnly'>) {
    this.#env = env;
    this.#files = kubeconfigFiles(env.config.kubeconfig, env.env);
  }

  /** The contexts that may be used, those that are broken, the one of calls that name none, and the files that they come from. */
  async contexts(): Promise<Contexts> {
    const { contexts, broken: all, current, files } = await this.#kubeconfig();
    const { contexts: allowed, context } = this.#env.config;
    const isAllowed = (name: string): boolean => allowed.length === 0 || allowed.includes(name);
    const entries = [...contexts.values()].filter(({ name }) => isAllowed(name));
    const broken = new Map([...all].filter(([name]) => isAllowed(name)));
    const wished = context ?? current;
    const known = wished !== undefined && (broken.has(wished) || entries.some(({ name }) => name === wished));
    return { entries, broken, current: known ? wished : entries.length === 1 ? entries[0]?.name : undefined, files };
  }

  isReadOnly(name: string): boolean {
    return this.#env.readOnly || this.#env.config.readOnlyContexts.includes(name);
  }

  /**
   * The cluster to look at.
   *
   * @throws ToolError `not_found` for a context that is not there, `invalid_input` for one that is broken, `missing_dependency` when there is no kubeconfig
   */
  async get(name: string | undefined): Promise<Cluster> {
    const { entries, broken, current } = await this.contexts();
    const wished = name ?? current;
    const entry = entries.find((one) => one.name === wished);
    if (entry !== undefined) return this.#cluster(entry);
    const problem = broken.get(wished ?? '');
    if (problem !== undefined) throw problem;
    const names = entries.map((one) => one.name);
    if (wished === undefined)
      throw new ToolError(
        names.length === 0 ? 'missing_dependency' : 'invalid_input',
        names.length === 0 ? 'The kubeconfig has no context that may be used.' : 'There are several contexts and none is current.',
        {
          hint: names.length === 0 ? 'Check the kubeconfig and the setting contexts.' : `Give context: ${names.slice(0, 20).join(', ')}.`,
        },
      );
    const near = nearest(wished, names);
    throw new ToolError('not_found', `No context is called "${wished}".`, {
      hint: near ? `Did you mean "${near}"?` : `There are: ${names.slice(0, 20).join(', ')}.`,
    });
  }

  /**
   * The cluster to change.
   *
   * @throws ToolError `invalid_input` when several exist and none is named, `read_only` when the operator keeps it from changes
   */
  async forWrite(name: string | undefined): Promise<Cluster> {
    const { entries, broken } = await this.contexts();
    if (name === undefined && entries.length + broken.size > 1)
      throw new ToolError('invalid_input', 'There are several contexts: a change must name its context.', {
        hint: `Give context: ${entries
          .slice(0, 20)
          .map((one) => one.name)
          .join(', ')}.`,
      });
    const cluster = await this.get(name);
    if (this.isReadOnly(cluster.name))
      throw new ToolError('read_only', `The context "${cluster.name}" is read only.`, {
        hint: 'The operator can change readOnlyContexts.',
      });
    return cluster;
  }

  async close(): Promise<void> {
    for (const watch of this.#watches ?? []) watch.close();
    this.#watches = [];
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(open.map(({ cluster }) => cluster.close()));
  }

  #kubeconfig(): Promise<Kubeconfig> {
    if (this.#reading !== undefined) return this.#reading;
    const reading = (this.#reading = readKubeconfig(this.#files, this.#env.env));
    reading.then(
      ({ files }) => this.#watch(files),
      () => {
        // what is not there yet, or broken, may be mended
        if (this.#reading === reading) this.#reading = undefined;
      },
    );
    return reading;
  }

  #watch(files: readonly string[]): void {
    this.#watches ??= files.flatMap((file) => {
      try {
        return [
          watchConfig(file, () => this.#reload(), {
            onError: (error) => this.#env.log.warn({ err: error }, 'the kubeconfig is not watched'),
          }),
        ];
      } catch {
        return [];
      }
    });
  }

  #reload(): void {
    this.#reading = undefined;
    // what is unchanged is found again by its entry; the rest is opened anew on its next use
  }

  #cluster(entry: ContextEntry): Cluster {
    const known = this.#open.get(entry.name);
    if (known?.entry === entry) return known.cluster;
    // the files were read again: what is unchanged keeps its connections
    if (known !== undefined && isDeepStrictEqual(known.entry, entry)) {
      known.entry = entry;
      return known.cluster;
    }
    if (known !== undefined) void known.cluster.close();
    const { config, exec, env, readOnly } = this.#env;
    const connection = new Connection(entry, { exec, env, settings: config, readOnly });
    const cluster = new Cluster(connection, new Access(entry.name, config), config);
    this.#open.set(entry.name, { entry, cluster });
    return cluster;
  }
}
