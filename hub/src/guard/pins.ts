import { createHash } from 'node:crypto';
import { ToolError } from '@deployment-engine/shared/contracts';
import { canonical } from '@deployment-engine/shared/toolkit';
import type { Store } from '@deployment-engine/shared/platform';
import type { Catalogue } from '../upstream/upstream.ts';

export type PinState = 'seen' | 'approved';

/** A definition that a third-party server has shown, as it is trusted, and what it says now if that differs. */
export interface Pin {
  kind: 'tool' | 'prompt' | 'template' | 'instructions';
  name: string;
  hash: string;
  state: PinState;
  definition: unknown;
  /** What the server says now; held back until a person approves it or the pinned one comes back. */
  pending?: { hash: string; definition: unknown };
  /** Why the definition, or the pending one, reads like an attack on the model; held back until a person approves it. */
  suspicion?: Suspicion;
  /** Hash of what a person was last shown while it was held back. */
  shown?: string;
  /** The server has it no longer. */
  gone?: true;
}

/** What speaks against a definition. */
export interface Suspicion {
  /** How likely it is poisoned, 0 to 1. */
  score: number;
  /** In words, each with where it was found; never the text itself. */
  reasons: string[];
}

/** Judges definitions that nobody has approved; gives those that are suspicious, by kind and name as {@link pinName} writes them. */
export type Judge = (slug: string, catalogue: Catalogue) => Promise<ReadonlyMap<string, Suspicion>>;

/** Whether a pin is kept from everybody until a person approves it. */
export function isHeld({ state, pending, suspicion }: Pin): boolean {
  return pending !== undefined || (state === 'seen' && suspicion !== undefined);
}

/** What the server says now, by hash. */
export function hashNow({ hash, pending }: Pin): string {
  return pending?.hash ?? hash;
}

export function pinName({ kind, name }: Pick<Pin, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/** All pins of one upstream and credential; the stored document. */
export interface PinDocument {
  upstream: string;
  pins: Pin[];
  /** The rest of the last catalogue, which is not pinned. */
  extras: Pick<Catalogue, 'resources' | 'subscribe' | 'completions'>;
}

const SPACE = 'pins';
/** A server that invents names must not fill the store. What has no pin is not shown. */
const MAX_PINS = 10_000;

/** Where the pins of an upstream lie: by its name and by what it is reached with, so that another endpoint or account is another upstream. */
export function pinKey(slug: string, identity: unknown): string {
  return `${slug}:${createHash('sha256').update(canonical(identity)).digest('hex').slice(0, 16)}`;
}

export function hashOf(definition: unknown): string {
  return createHash('sha256').update(canonical(definition)).digest('hex');
}

/** The pins of one upstream. First sight pins; a change is held back; the pinned definition coming back lifts the hold. */
export class Pins {
  readonly #store: Store;
  readonly #key: string;
  readonly #slug: string;
  readonly #judge: Judge;
  #document: PinDocument | undefined;

  constructor(store: Store, slug: string, key: string, judge: Judge = async () => new Map()) {
    this.#store = store;
    this.#slug = slug;
    this.#key = key;
    this.#judge = judge;
  }

  /** Reads what is stored; also after another process has approved something. */
  async load(): Promise<PinDocument | undefined> {
    this.#document = (await this.#store.get<PinDocument>(SPACE, this.#key))?.value;
    return this.#document;
  }

  /** Compares a fresh catalogue with the pins, stores what is new, and returns the document. */
  async reconcile(fresh: Catalogue): Promise<PinDocument> {
    const suspicions = await this.#judge(this.#slug, fresh);
    return this.#update((before) => reconcile(this.#slug, before, fresh, suspicions));
  }

  /** Takes note of what a person was shown, by {@link pinName}: its {@link hashNow}. */
  async noteShown(hashes: ReadonlyMap<string, string>): Promise<void> {
    await this.#update((before) => {
      if (!before) return undefined;
      const pins = before.pins.map((pin): Pin => {
        const shown = hashes.get(pinName(pin));
        return shown === undefined ? pin : { ...pin, shown };
      });
      return { ...before, pins };
    });
  }

  /**
   * Approves what the server says now, without a name everything, and returns how many definitions that were. What is held back must
   * have been shown as it is now, else nothing is approved (`conflict`): it may have changed since the person looked. `unread` takes
   * it nevertheless.
   */
  async approve(names?: readonly string[], { unread = false }: { unread?: boolean } = {}): Promise<number> {
    let approved = 0;
    await this.#update((before) => {
      if (!before) return undefined;
      const meant = before.pins.filter(
        (pin) => (names === undefined || names.includes(pin.name)) && (pin.state !== 'approved' || pin.pending !== undefined),
      );
      const unseen = unread ? [] : meant.filter((pin) => isHeld(pin) && pin.shown !== hashNow(pin));
      if (unseen.length > 0) throw notShown(this.#slug, unseen);
      approved = meant.length;
      const pins = before.pins.map((pin): Pin => {
        if (!meant.includes(pin)) return pin;
        const { pending, suspicion: _suspicion, shown: _shown, ...rest } = pin;
        return { ...rest, ...pending, state: 'approved' };
      });
      return { ...before, pins };
    });
    return approved;
  }

  async #update(change: (before: PinDocument | undefined) => PinDocument | undefined): Promise<PinDocument> {
    for (;;) {
      const stored = await this.#store.get<PinDocument>(SPACE, this.#key);
      const next = change(stored?.value);
      if (next === undefined || (stored && canonical(next) === canonical(stored.value)))
        return (this.#document = stored?.value ?? {
          upstream: this.#slug,
          pins: [],
          extras: { resources: [], subscribe: false, completions: false },
        });
      if (await this.#store.put(SPACE, this.#key, next, { ifVersion: stored?.version ?? 0 })) return (this.#document = next);
    }
  }
}

function notShown(slug: string, pins: readonly Pin[]): ToolError {
  const some = pins.slice(0, 3).map((pin) => `${pin.kind} ${JSON.stringify(pin.name)}`);
  const more = pins.length > some.length ? ` and ${pins.length - some.length} more` : '';
  const why = pins.every(({ shown }) => shown === undefined) ? 'have not been shown yet' : 'have changed since they were shown';
  return new ToolError('conflict', `Held back and not approved, as they ${why}: ${some.join(', ')}${more}.`, {
    hint: `"pins diff ${slug}" shows them; approve them after that, or with --unread without looking.`,
  });
}

/** Every stored document, for the command line. */
export async function allPins(store: Store): Promise<{ key: string; document: PinDocument }[]> {
  return (await store.list<PinDocument>(SPACE)).map(({ key, value }) => ({ key, document: value }));
}

function reconcile(
  slug: string,
  before: PinDocument | undefined,
  fresh: Catalogue,
  suspicions: ReadonlyMap<string, Suspicion>,
): PinDocument {
  const shown = new Map(definitionsOf(fresh).map((one) => [pinName(one), one]));
  const against = (one: Pick<Pin, 'kind' | 'name'>): Pick<Pin, 'suspicion'> => {
    const suspicion = suspicions.get(pinName(one));
    return suspicion === undefined ? {} : { suspicion };
  };
  const kept = (before?.pins ?? []).map((pin): Pin => {
    const now = shown.get(pinName(pin));
    shown.delete(pinName(pin));
    const { pending: _pending, gone: _gone, suspicion: _suspicion, ...rest } = pin;
    // a definition that is gone stays pinned, so that it cannot come back changed
    if (!now) return { ...pin, gone: true };
    const hash = hashOf(now.definition);
    // what a person has approved as it is, is not suspected again
    if (hash === pin.hash) return pin.state === 'approved' ? rest : { ...rest, ...against(pin) };
    return { ...rest, ...against(pin), pending: { hash, definition: now.definition } };
  });
  const room = Math.max(0, MAX_PINS - kept.length);
  const added = [...shown.values()].slice(0, room).map(({ kind, name, definition }): Pin => ({
    kind,
    name,
    hash: hashOf(definition),
    state: 'seen',
    definition,
    ...against({ kind, name }),
  }));
  return {
    upstream: slug,
    pins: [...kept, ...added],
    extras: { resources: fresh.resources, subscribe: fresh.subscribe, completions: fresh.completions },
  };
}

function definitionsOf(catalogue: Catalogue): Pick<Pin, 'kind' | 'name' | 'definition'>[] {
  return [
    ...catalogue.tools.map((definition) => ({ kind: 'tool' as const, name: definition.name, definition })),
    ...catalogue.prompts.map((definition) => ({ kind: 'prompt' as const, name: definition.name, definition })),
    ...catalogue.templates.map((definition) => ({ kind: 'template' as const, name: definition.uriTemplate, definition })),
    ...(catalogue.instructions === undefined
      ? []
      : [{ kind: 'instructions' as const, name: 'instructions', definition: catalogue.instructions }]),
  ];
}
