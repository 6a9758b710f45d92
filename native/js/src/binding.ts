import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the addon exports. Records cross as JSON; `native/binding` says what is in them. */
export interface Binding {
  ToolIndex: new () => NativeToolIndex;
  majority(votes: string): string;
  dawidSkene(votes: string, options: string): string;
  scanEnvelope(bytes: Uint8Array, offsets: Int32Array): boolean;
  guardText(bytes: Uint8Array, json: boolean): { bytes: Uint8Array; findings: string; total: number } | null;
}

export interface NativeToolIndex {
  replaceServer(server: string, tools: string): void;
  removeServer(server: string): boolean;
  search(query: string, limit: number): string;
  readonly size: number;
}

const packageName = '@deployment-engine/native';
const exported = ['ToolIndex', 'majority', 'dawidSkene', 'scanEnvelope', 'guardText'];

let loaded: Binding | undefined;

/** The addon, loaded by the first call. Throws one Error that says what to do when there is none that loads. */
export function binding(): Binding {
  return (loaded ??= loadBinding());
}

/**
 * Finds and loads the addon: the file that DEPLOYMENT_ENGINE_NATIVE names; what `npm run build` made here; the package of
 * prebuilt binaries for this platform. A build of one's own wins over a prebuilt one.
 */
export function loadBinding(
  named: string | undefined = process.env['DEPLOYMENT_ENGINE_NATIVE'],
  folder: string = packageFolder(),
): Binding {
  const require = createRequire(import.meta.url);
  if (named !== undefined && named !== '') {
    try {
      return checked(require(named));
    } catch (error) {
      throw new Error(`DEPLOYMENT_ENGINE_NATIVE names ${named}, which does not load: ${reason(error)}`, { cause: error });
    }
  }
  const failures: string[] = [];
  const platforms = platformNames();
  for (const platform of platforms) {
    const file = join(folder, `native.${platform}.node`);
    if (!existsSync(file)) continue;
    try {
      return checked(require(file));
    } catch (error) {
      failures.push(`${file}: ${reason(error)}`);
    }
  }
  for (const platform of platforms) {
    try {
      return checked(require(`${packageName}-${platform}`));
    } catch (error) {
      if (!isMissing(error)) failures.push(`${packageName}-${platform}: ${reason(error)}`);
    }
  }
  const tried = failures.length === 0 ? '' : ` Tried: ${failures.join('; ')}`;
  throw new Error(
    `The native part is not built for ${process.platform}-${process.arch}. Run \`npm run build\` with Rust installed (https://rustup.rs).${tried}`,
  );
}

/** The names of this platform as napi-rs forms them. Which C library Linux has shows in what loads. */
function platformNames(): string[] {
  const base = `${process.platform}-${process.arch}`;
  if (process.platform === 'linux') return [`${base}-gnu`, `${base}-musl`];
  return [process.platform === 'win32' ? `${base}-msvc` : base];
}

/** The package's folder, found by its name since this module may be bundled into another package's file. */
function packageFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
  } catch {
    return fileURLToPath(new URL('..', import.meta.url));
  }
}

function checked(addon: unknown): Binding {
  const has = (name: string) => typeof (addon as Record<string, unknown> | null)?.[name] === 'function';
  const missing = exported.filter((name) => !has(name));
  if (missing.length > 0) throw new Error(`it is not this version's addon (no ${missing.join(', ')})`);
  return addon as Binding;
}

function isMissing(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? message;
}
