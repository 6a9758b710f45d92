import { randomBytes } from 'node:crypto';
import { delimiter } from 'node:path';
import { ToolError } from '@deployment-engine/shared/contracts';
import { createStore, ROOTS_VARIABLE, type Store } from '@deployment-engine/shared/platform';
import {
  canonical,
  createRuntime,
  DECISION_KEY_ENV,
  SECTION_ENV,
  decisionMeta,
  ownSettings,
  type Machine,
  type Policy,
  type ServerDefinition,
  type ServerRuntime,
} from '@deployment-engine/shared/toolkit';
import type { BuiltinSettings, ChildServer, HubConfig, RemoteServer } from '../config/schema.ts';
import { type Judge, Pins, pinKey } from '../guard/pins.ts';
import { judgeFor } from '../guard/poisoning.ts';
import { slugOf } from '../surface/names.ts';
import { InProcessUpstream } from '../upstream/in-process.ts';
import { shownOf } from '../upstream/shown.ts';
import { StdioWire } from '../upstream/stdio-wire.ts';
import { ThirdPartyUpstream } from '../upstream/third-party.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { type Builtin, installedBuiltins } from './builtins.ts';

export interface RegistryOptions {
  config: HubConfig;
  machine: Machine;
  policy: Policy;
  /** The registry of the configuration before this one: upstreams whose settings are the same go on as they are. */
  previous?: Registry | undefined;
}

/** The upstreams of one configuration. Making it starts nothing. */
export class Registry {
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly store: Store;
  /** What each upstream was made from, as one text. */
  readonly #made = new Map<string, string>();
  /** Upstreams that a later registry has taken over; they are its own to close. */
  readonly #given = new Set<Upstream>();
  #storeGiven = false;

  constructor({ config, machine, policy, previous }: RegistryOptions) {
    this.store = previous?.store ?? createStore(machine.home);
    const upstreams = new Map<string, Upstream>();
    const keepOrMake = (slug: string, from: unknown, make: () => Upstream): void => {
      const made = canonical(from);
      this.#made.set(slug, made);
      const same = previous !== undefined && previous.#made.get(slug) === made;
      upstreams.set(slug, (same ? previous.upstreams.get(slug) : undefined) ?? make());
    };
    for (const builtin of installedBuiltins()) {
      const settings: BuiltinSettings = config.servers[builtin.name] ?? {};
      if (settings.enabled === false) continue;
      const apart = settings.isolation === 'process';
      // one in process shares the hub's policy and limits, one apart is started with a flag
      keepOrMake(builtin.name, [settings, apart ? config.hub.readOnly : config.hub], () =>
        apart
          ? childBuiltin(builtin, settings, machine, this.store, config.hub.readOnly)
          : inProcess(builtin, settings, machine, policy, config),
      );
    }
    // asked when a server shows itself, by which time all of them are here
    const judge = judgeFor(() => upstreams.values());
    for (const [name, settings] of Object.entries(config.mcpServers)) {
      if (!settings.enabled) continue;
      const slug = slugOf(name);
      if (slug === 'hub' || upstreams.has(slug)) {
        throw new ToolError(
          'invalid_input',
          `mcpServers.${name}: the name "${slug}" is taken${slug === 'hub' ? ' by the hub itself' : ''}.`,
          { hint: 'Give the server another name.' },
        );
      }
      keepOrMake(slug, [name, settings], () => thirdParty({ slug, name, settings, machine, store: this.store, judge }));
    }
    this.upstreams = onlyPassthrough(upstreams, config.hub.passthrough);
    if (previous !== undefined) previous.#give(this.upstreams.values());
  }

  async close(): Promise<void> {
    await Promise.allSettled(
      [...this.upstreams.values()].filter((upstream) => !this.#given.has(upstream)).map((upstream) => upstream.close()),
    );
    if (!this.#storeGiven) await this.store.close();
  }

  /** Called when nothing can fail any more: until then the old registry keeps everything. */
  #give(taken: Iterable<Upstream>): void {
    for (const upstream of taken) this.#given.add(upstream);
    this.#storeGiven = true;
  }
}

/** In pass-through there is one server: another one's names could not be told from its own. */
function onlyPassthrough(upstreams: Map<string, Upstream>, name: string | undefined): ReadonlyMap<string, Upstream> {
  if (name === undefined) return upstreams;
  const only = upstreams.get(slugOf(name));
  if (!only)
    throw new ToolError('invalid_input', `hub.passthrough: there is no server "${name}".`, {
      hint: `Name one of: ${[...upstreams.keys()].join(', ')}.`,
    });
  return new Map([[only.slug, only]]);
}

/** What a third-party server is reached with; part of its pins' key, never shown. */
export function identityOf(settings: ChildServer | RemoteServer): unknown {
  return 'url' in settings
    ? { url: settings.url, headers: settings.headers }
    : { command: settings.command, args: settings.args, env: settings.env, cwd: settings.cwd };
}

function inProcess(
  { name, surface, load }: Builtin,
  settings: BuiltinSettings,
  machine: Machine,
  policy: Policy,
  config: HubConfig,
): Upstream {
  const { toolsets, tools } = settings;
  const start = (definition: ServerDefinition): ServerRuntime =>
    createRuntime(definition, {
      section: ownSettings(settings),
      env: machine.env,
      roots: machine.roots,
      exec: machine.exec,
      log: machine.log.child({ server: definition.name }),
      stateDir: `${machine.home}/servers/${definition.name}`,
      policy,
      toolsets,
      record: (event) => void machine.audit.append(event).catch(() => undefined),
      observe: machine.metrics.observe,
      limits: { concurrency: config.hub.concurrency, queue: config.hub.queue },
    });
  return new InProcessUpstream({
    name,
    surface: () => ({ ...surface(), tools: surface().tools.filter((tool) => tools?.[tool.name]?.enabled !== false) }),
    load,
    start,
    toolsets,
  });
}

function childBuiltin(builtin: Builtin, settings: BuiltinSettings, machine: Machine, store: Store, readOnly: boolean): Upstream {
  const key = randomBytes(32).toString('base64url');
  const surface = builtin.surface();
  const roots = machine.roots.list();
  // one of ours sees what it would see in this process: its settings, the folders and its backends' addresses
  const env = {
    ...Object.fromEntries(Object.entries(machine.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    ...(roots.length > 0 && { [ROOTS_VARIABLE]: roots.join(delimiter) }),
    [SECTION_ENV]: JSON.stringify(ownSettings(settings)),
    [DECISION_KEY_ENV]: key,
  };
  return new ThirdPartyUpstream({
    slug: builtin.name,
    title: surface.title,
    log: machine.log.child({ server: builtin.name }),
    open: () =>
      new StdioWire({
        exec: machine.exec,
        command: process.execPath,
        args: [
          ...conditions(),
          builtin.main(),
          ...(settings.toolsets ? ['--toolsets', settings.toolsets.join(',')] : []),
          ...(readOnly ? ['--read-only'] : []),
        ],
        env,
        cwd: process.cwd(),
      }),
    pins: new Pins(store, builtin.name, pinKey(builtin.name, 'builtin')),
    tools: settings.tools ?? {},
    roots: () => machine.roots.list(),
    idleStopMs: 0,
    trusted: { shown: shownOf(surface, settings.toolsets), meta: (caller, decided) => decisionMeta(key, caller.principal, decided) },
  });
}

/** From source, a child needs the condition that this process was started with. */
function conditions(): string[] {
  return process.execArgv.flatMap((argument, index, all) => {
    if (argument.startsWith('--conditions=')) return [argument];
    const value = all[index + 1];
    return (argument === '--conditions' || argument === '-C') && value !== undefined ? [argument, value] : [];
  });
}

interface ThirdParty {
  slug: string;
  name: string;
  settings: ChildServer | RemoteServer;
  machine: Machine;
  store: Store;
  judge: Judge;
}

function thirdParty({ slug, name, settings, machine, store, judge }: ThirdParty): Upstream {
  return new ThirdPartyUpstream({
    slug,
    title: name,
    log: machine.log.child({ upstream: slug }),
    open: async () =>
      'url' in settings
        ? new (await import('../upstream/http-wire.ts')).HttpWire(settings)
        : new StdioWire({ exec: machine.exec, ...settings }),
    pins: new Pins(store, slug, pinKey(slug, identityOf(settings)), judge),
    tools: settings.tools,
    roots: () => machine.roots.list(),
    idleStopMs: settings.idleStopMs,
  });
}
