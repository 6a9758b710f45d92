import { ToolError } from '@deployment-engine/shared/contracts';
import { nearest } from '@deployment-engine/shared/platform';
import type { DockerConfig } from '../config.ts';
import { parseAddress } from './address.ts';
import { findEngine, type DiscoveryOptions } from './discovery.ts';
import { Engine } from './engine.ts';

/** The name of the engine that is found when the settings name none. */
export const FOUND = 'local';

/** The engines by name. Without any in the settings there is one, which is looked for on first use. */
export class Hosts {
  readonly #named: ReadonlyMap<string, Engine>;
  readonly #discovery: DiscoveryOptions;
  #found: Promise<Engine> | undefined;

  constructor(settings: DockerConfig['hosts'], discovery: DiscoveryOptions) {
    this.#discovery = discovery;
    this.#named = new Map(
      Object.entries(settings).map(([name, one]) => [
        name,
        new Engine(name, parseAddress(one, `hosts.${name}`, discovery.env), one.readOnly),
      ]),
    );
  }

  names(): string[] {
    return this.#named.size === 0 ? [FOUND] : [...this.#named.keys()];
  }

  /** The engine to look at: the named one, else the first. */
  async get(name: string | undefined): Promise<Engine> {
    if (name !== undefined && !this.names().includes(name)) {
      const near = nearest(name, this.names());
      throw new ToolError('not_found', `No host is called "${name}".`, {
        hint: near ? `Did you mean "${near}"?` : `There are: ${this.names().join(', ')}.`,
      });
    }
    const [first] = this.#named.values();
    if (first !== undefined) return (name === undefined ? first : this.#named.get(name)) ?? first;
    return this.#find();
  }

  /**
   * The engine to change.
   *
   * @throws ToolError `invalid_input` when several exist and none is named, `read_only` when the operator keeps it from changes
   */
  async forWrite(name: string | undefined): Promise<Engine> {
    if (name === undefined && this.#named.size > 1) {
      throw new ToolError('invalid_input', 'There are several hosts: a change must name its host.', {
        hint: `Give host: ${this.names().join(', ')}.`,
      });
    }
    const engine = await this.get(name);
    if (engine.readOnly)
      throw new ToolError('read_only', `The host "${engine.name}" is read only.`, {
        hint: `The operator can change hosts.${engine.name}.readOnly.`,
      });
    return engine;
  }

  #find(): Promise<Engine> {
    const running = (this.#found ??= findEngine(FOUND, this.#discovery));
    // what was not found may be started later
    running.catch(() => {
      if (this.#found === running) this.#found = undefined;
    });
    return running;
  }
}
