import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Surface } from '@deployment-engine/shared/contracts';
import type { ServerDefinition } from '@deployment-engine/shared/toolkit';

/** The capability servers by name; each is a package `@deployment-engine/<name>`. */
export const BUILTIN_NAMES = [
  'docker',
  'kubernetes',
  'git',
  'github',
  'prometheus',
  's3',
  'cloud-storage',
  'communication',
  'commander',
  'sast',
  'scanner',
  'supply-chain',
  'brave-search',
  'smithery',
  'experts',
  'synthex',
] as const;

export interface Builtin {
  name: string;
  /** Its committed surface: what is listed without loading any of its code. */
  surface: () => Surface;
  /** Where that lies, a file URL. */
  surfaceFile: string;
  load: () => Promise<ServerDefinition>;
  /** The file that runs it as a program of its own. */
  main: () => string;
}

const require = createRequire(import.meta.url);

/** The built-in servers that this installation has, in the order above. Nothing of them is read yet. */
export function installedBuiltins(): Builtin[] {
  return BUILTIN_NAMES.flatMap((name) => {
    const file = surfaceFile(name);
    if (file === undefined) return [];
    let surface: Surface | undefined;
    return [
      {
        name,
        surface: () => (surface ??= require(file) as Surface),
        surfaceFile: pathToFileURL(file).href,
        load: () => load(name),
        main: () => mainOf(name),
      },
    ];
  });
}

function surfaceFile(name: string): string | undefined {
  try {
    return require.resolve(`@deployment-engine/${name}/tools.json`);
  } catch {
    return undefined;
  }
}

async function load(name: string): Promise<ServerDefinition> {
  const module = (await import(`@deployment-engine/${name}`)) as { server: ServerDefinition };
  return module.server;
}

/** Beside the module: `main` in the same folder and of the same kind, source or built. */
function mainOf(name: string): string {
  const module = new URL(import.meta.resolve(`@deployment-engine/${name}`));
  return new URL(module.pathname.endsWith('.ts') ? 'main.ts' : 'main.js', module).pathname;
}
