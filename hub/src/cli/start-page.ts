import { ownerTokenFile } from '@deployment-engine/shared/platform';
import type { Machine } from '@deployment-engine/shared/toolkit';
import { clientNamed } from './clients/clients.ts';
import { entryText, stdioEntry } from './clients/entry.ts';
import type { HubCommandFlags } from './commands/hub.ts';
import type { ConfiguredHub } from './configured-hub.ts';
import { note, paint, print } from './print.ts';
import { readinessLines, readinessOf } from './readiness.ts';
import { VERSION } from './version.ts';

const PROBE_MS = 3_000;

export interface StartPage {
  url: string;
  served: ConfiguredHub;
  machine: Machine;
  flags: HubCommandFlags;
}

/** Tells a person who has started the hub what there is now. The hub answers already while the servers are still being asked. */
export function startPage(page: StartPage): void {
  print(`${paint('bold', 'Deployment Engine')} ${VERSION} listens on ${paint('bold', page.url)}`);
  void readinessOf(page.served.registry(), PROBE_MS)
    .then((servers) => print(['', 'Servers', ...readinessLines(servers), '', ...rest(page)].join('\n')))
    .catch((error: unknown) => note(`The servers could not be asked: ${error instanceof Error ? error.message : String(error)}`));
}

function rest({ served, machine, flags }: StartPage): string[] {
  const { roots } = machine;
  const status = roots.status();
  const config = flags.config ?? machine.env['DEPLOYMENT_ENGINE_CONFIG'];
  const entry = stdioEntry({ roots: roots.list(), env: machine.env, ...(config === undefined || config === '' ? {} : { config }) });
  return [
    `Folders that tools may touch: ${roots.list().join(', ') || 'none'}`,
    ...(status.unset === undefined
      ? []
      : [`  ${status.unset}`, '  Set DEPLOYMENT_ENGINE_ROOTS to the folders, joined by the path delimiter.']),
    served.config.hub.trustLoopback
      ? 'Sign-in: none; every program on this machine is the owner (--trust-loopback).'
      : `Sign-in: without the owner token only the catalogue can be seen. "npx deployment-engine token" prints it; it lies in ${ownerTokenFile(machine.home)}.`,
    '',
    `Claude Desktop: "npx deployment-engine init claude-desktop" writes this entry, or paste it into`,
    clientNamed('claude-desktop').file(),
    entryText('mcpServers', { 'deployment-engine': entry }),
    '',
    'Ctrl-C ends the hub.',
  ];
}
