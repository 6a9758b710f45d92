import { ToolError } from '@deployment-engine/shared/contracts';
import { nearest } from '@deployment-engine/shared/platform';
import { hashNow, isHeld, type Pin, type PinDocument, pinName, Pins, pinKey } from '../../guard/pins.ts';
import { judgeFor } from '../../guard/poisoning.ts';
import { identityOf } from '../../registry/registry.ts';
import { slugOf } from '../../surface/names.ts';
import { EXIT, UsageError } from '../failure.ts';
import { type LocalHub, openLocalHub } from '../local-hub.ts';
import { columns, note, paint, print, printJson, visibleLine } from '../print.ts';
import { changesBetween } from '../pin-diff.ts';
import { plural } from '../words.ts';

export interface PinFlags {
  refresh?: boolean;
  json?: boolean;
  config?: string;
  unread?: boolean;
}

interface PinnedUpstream {
  upstream: string;
  pins: Pins;
  /** undefined: the server has never been reached. */
  document: PinDocument | undefined;
}

/** How long a server may take to start when it is looked at. */
const PATIENCE_MS = 10_000;

export async function pinsList(upstream: string | undefined, flags: PinFlags): Promise<number> {
  return withPins(upstream, flags, (all) => {
    if (flags.json) {
      printJson(
        all.map(({ upstream: name, document }) => ({
          upstream: name,
          pins: (document?.pins ?? []).map((pin) => ({
            kind: pin.kind,
            name: pin.name,
            state: stateOf(pin),
            hash: pin.hash,
            ...(pin.pending ? { pending: pin.pending.hash } : {}),
            ...(pin.suspicion ? { suspicion: pin.suspicion } : {}),
          })),
        })),
      );
      return EXIT.ok;
    }
    const rows = all.flatMap(({ upstream: name, document }) =>
      (document?.pins ?? []).map((pin) => [name, pin.kind, visibleLine(pin.name), pin.hash.slice(0, 12), shownState(pin)]),
    );
    if (rows.length > 0) print(columns(rows));
    for (const { upstream: name, document } of all)
      if (document === undefined) note(`${name} has not been seen yet: --refresh starts it and looks.`);
    const held = all.filter(({ document }) => document?.pins.some(isHeld));
    for (const { upstream: name } of held)
      note(`"pins diff ${name}" shows what is held back and why; after that, "pins approve ${name}" accepts it.`);
    return EXIT.ok;
  });
}

export async function pinsDiff(upstream: string | undefined, flags: PinFlags): Promise<number> {
  return withPins(upstream, flags, async (all) => {
    const held = all.flatMap(({ upstream: name, document }) =>
      (document?.pins ?? []).filter(isHeld).map((pin) => ({
        upstream: name,
        kind: pin.kind,
        name: pin.name,
        // what was never trusted is new in all its parts
        changes: pin.pending ? changesBetween(pin.definition, pin.pending.definition) : changesBetween({}, pin.definition),
        ...(pin.suspicion ? { suspicion: pin.suspicion } : {}),
      })),
    );
    if (flags.json) printJson(held);
    else if (held.length === 0) note('Nothing is held back.');
    else {
      for (const { upstream: server, kind, name, changes, suspicion } of held) {
        print(paint('bold', `${server}: ${kind} ${visibleLine(name)}`));
        for (const reason of suspicion?.reasons ?? []) print(paint('yellow', `  ! ${visibleLine(reason)}`));
        for (const change of changes) {
          const path = visibleLine(change.path) || '(all of it)';
          if ('before' in change) print(paint('red', `  - ${path}: ${asText(change.before)}`));
          if ('now' in change) print(paint('green', `  + ${path}: ${asText(change.now)}`));
        }
      }
    }
    for (const { pins, document } of all) {
      const shown = document?.pins.filter(isHeld).map((pin) => [pinName(pin), hashNow(pin)] as const) ?? [];
      if (shown.length > 0) await pins.noteShown(new Map(shown));
    }
    return EXIT.ok;
  });
}

export async function pinsApprove(upstream: string, names: readonly string[], flags: PinFlags): Promise<number> {
  return withPins(upstream, flags, async ([one]) => {
    const document = one?.document;
    if (!one || !document)
      throw new ToolError('not_found', `${upstream} has not been seen yet: there is nothing to approve.`, {
        hint: `Look at it first: pins list ${upstream} --refresh`,
      });
    const known = document.pins.map(({ name }) => name);
    for (const name of names) {
      if (known.includes(name)) continue;
      const guess = nearest(name, known);
      throw new UsageError(
        `${upstream} has no "${name}".`,
        guess === undefined ? `"pins list ${upstream}" shows what it has.` : `Did you mean ${guess}?`,
      );
    }
    const approved = await one.pins.approve(names.length === 0 ? undefined : names, { unread: flags.unread === true });
    if (flags.json) printJson({ upstream, approved });
    else print(approved === 0 ? 'Everything was approved already.' : `${plural(approved, 'definition')} of ${upstream} approved.`);
    return EXIT.ok;
  });
}

async function withPins(
  upstream: string | undefined,
  flags: PinFlags,
  work: (all: PinnedUpstream[]) => number | Promise<number>,
): Promise<number> {
  const local = openLocalHub(flags);
  try {
    const servers = Object.entries(local.config.mcpServers).flatMap(([name, settings]) =>
      settings.enabled ? [{ slug: slugOf(name), settings }] : [],
    );
    const names = servers.map(({ slug }) => slug);
    const wanted = upstream === undefined ? undefined : slugOf(upstream);
    if (wanted !== undefined && !names.includes(wanted)) throw noPins(upstream ?? '', names, local);
    if (names.length === 0 && !flags.json) note('No third-party servers are configured: mcpServers in the configuration is empty.');
    const all: PinnedUpstream[] = [];
    for (const { slug, settings } of servers) {
      if (wanted !== undefined && slug !== wanted) continue;
      if (flags.refresh) await refresh(slug, local);
      const pins = new Pins(
        local.registry.store,
        slug,
        pinKey(slug, identityOf(settings)),
        judgeFor(() => local.registry.upstreams.values()),
      );
      all.push({ upstream: slug, pins, document: await pins.load() });
    }
    return await work(all);
  } finally {
    await local.close();
  }
}

async function refresh(slug: string, { registry, caller }: LocalHub): Promise<void> {
  const signal = AbortSignal.any([caller().signal, AbortSignal.timeout(PATIENCE_MS)]);
  const readiness = await registry.upstreams.get(slug)?.probe(signal);
  if (readiness?.ready === false) note(`warning: ${slug} could not be looked at: ${visibleLine(readiness.missing)}`);
}

function noPins(upstream: string, names: readonly string[], { registry }: LocalHub): UsageError {
  if (registry.upstreams.get(upstream)?.builtin) return new UsageError(`${upstream} is built in: only third-party servers are pinned.`);
  const guess = nearest(upstream, names);
  return new UsageError(
    `No third-party server is called "${upstream}".`,
    guess === undefined ? (names.length === 0 ? 'None is configured.' : `There are ${names.join(', ')}.`) : `Did you mean ${guess}?`,
  );
}

function stateOf(pin: Pin): 'seen' | 'approved' | 'held-back' | 'gone' {
  return isHeld(pin) ? 'held-back' : pin.gone ? 'gone' : pin.state;
}

function shownState(pin: Pin): string {
  const state = stateOf(pin);
  if (state === 'held-back')
    return paint('yellow', pin.pending ? `held back (changed since it was ${pin.state})` : 'held back (reads like an attack)');
  return state === 'gone' ? paint('dim', `gone (was ${pin.state})`) : state;
}

function asText(value: unknown): string {
  return visibleLine(typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? 'nothing'));
}
