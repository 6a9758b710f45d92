import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnswersAddon } from './answers.ts';
import type { ConsensusAddon } from './consensus.ts';
import type { EnvelopeAddon } from './envelope.ts';
import type { GuardAddon } from './guard.ts';
import type { PanelAddon } from './panel.ts';
import type { PoisoningAddon } from './poisoning.ts';
import type { RankingsAddon } from './rankings.ts';
import type { SequenceAddon } from './sequence.ts';
import type { ShellAddon } from './shell.ts';
import type { SuperviseAddon } from './supervise.ts';
import type { RouteAddon } from './route.ts';
import type { RoutingAddon } from './tool-index.ts';
import type { VotesAddon } from './votes.ts';

/** What the addon exports. Records cross as JSON; `native/binding` says what is in them. */
export interface Binding
  extends
    AnswersAddon,
    ConsensusAddon,
    EnvelopeAddon,
    GuardAddon,
    PanelAddon,
    PoisoningAddon,
    RankingsAddon,
    RouteAddon,
    RoutingAddon,
    SequenceAddon,
    SuperviseAddon,
    ShellAddon,
    VotesAddon {}

const exported = [
  'Panel',
  'settleTexts',
  'settleNumbers',
  'settleRankings',
  'ToolIndex',
  'Planner',
  'readCsv',
  'withoutRepeats',
  'infer',
  'majority',
  'dawidSkene',
  'scanEnvelope',
  'guardText',
  'scoreDefinitions',
  'superviseReport',
  'CommandPredictor',
  'judgeCommand',
];

let loaded: Binding | undefined;

/** The addon, loaded by the first call. Throws one Error that says what to do when there is none that loads. */
export function binding(): Binding {
  return (loaded ??= loadBinding());
}

/**
 * Finds and loads the addon: the file that DEPLOYMENT_ENGINE_NATIVE names; what `npm run build` made; the package of
 * prebuilt binaries for this platform. A build of one's own wins over a prebuilt one.
 *
 * Looks for the files itself: resolving package names costs more than loading the addon.
 */
export function loadBinding(
  named: string | undefined = process.env['DEPLOYMENT_ENGINE_NATIVE'],
  from: string = dirname(fileURLToPath(import.meta.url)),
): Binding {
  if (named !== undefined && named !== '') {
    try {
      return open(resolve(named));
    } catch (error) {
      throw new Error(`DEPLOYMENT_ENGINE_NATIVE names ${named}, which does not load: ${reason(error)}`, { cause: error });
    }
  }
  const failures: string[] = [];
  for (const file of candidates(from, addonName)) {
    if (!existsSync(file)) continue;
    try {
      return open(file);
    } catch (error) {
      failures.push(`${file}: ${reason(error)}`);
    }
  }
  const tried = failures.length === 0 ? '' : ` Tried: ${failures.join('; ')}`;
  throw new Error(
    `The native part is not built for ${process.platform}-${process.arch}. Run \`npm run build\` with Rust installed (https://rustup.rs).${tried}`,
  );
}

const addonName = (platform: string) => `native.${platform}.node`;

/**
 * Where a built file may be, seen from this module, which may be bundled into another package's file: as Node looks for packages.
 * @param nameOf the file's name on a platform
 */
export function* candidates(from: string, nameOf: (platform: string) => string): Generator<string> {
  const platforms = platformNames();
  const folders = [from];
  for (let folder = dirname(from); folder !== folders.at(-1); folder = dirname(folder)) folders.push(folder);
  const packages = folders.map((folder) => join(folder, 'node_modules', '@deployment-engine'));
  // Beside this module's folder is where the build puts it.
  for (const folder of [dirname(from), ...packages.map((scope) => join(scope, 'native'))]) {
    for (const platform of platforms) yield join(folder, nameOf(platform));
  }
  for (const scope of packages) {
    for (const platform of platforms) yield join(scope, `native-${platform}`, nameOf(platform));
  }
}

/** The names of this platform as napi-rs forms them. Which C library Linux has shows in what loads. */
function platformNames(): string[] {
  const base = `${process.platform}-${process.arch}`;
  if (process.platform === 'linux') return [`${base}-gnu`, `${base}-musl`];
  return [process.platform === 'win32' ? `${base}-msvc` : base];
}

function open(file: string): Binding {
  return checked(createRequire(import.meta.url)(file));
}

function checked(addon: unknown): Binding {
  const has = (name: string) => typeof (addon as Record<string, unknown> | null)?.[name] === 'function';
  const missing = exported.filter((name) => !has(name));
  if (missing.length > 0) throw new Error(`it is not this version's addon (no ${missing.join(', ')})`);
  return addon as Binding;
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? message;
}
