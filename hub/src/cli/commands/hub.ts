import { openMachine, parseAddress, serveHttpUntilStopped, serveStdioUntilClosed, untilRead } from '@deployment-engine/shared/toolkit';
import { openConfiguredHub } from '../configured-hub.ts';
import { EXIT } from '../failure.ts';

export interface HubCommandFlags {
  stdio?: boolean;
  http?: string | true;
  config?: string;
  profile?: 'flat' | 'compact';
  readOnly?: boolean;
  trustLoopback?: boolean;
  logLevel?: string;
}

export const HUB_PORT = 8040;

/** Runs the hub until its client leaves or a signal comes. */
export async function hub(flags: HubCommandFlags, answered?: ReadonlySet<string | number>): Promise<number> {
  const address = flags.stdio ? undefined : parseAddress(typeof flags.http === 'string' ? flags.http : '', HUB_PORT);
  const machine = openMachine({
    name: 'hub',
    logLevel: flags.logLevel ?? (process.env['DEPLOYMENT_ENGINE_LOG'] || (address ? 'info' : 'warn')),
  });
  const served = openConfiguredHub(flags, machine);
  let signal: NodeJS.Signals | undefined;
  try {
    if (address === undefined)
      signal = await serveStdioUntilClosed(served.backend, machine, {
        ...(flags.profile === undefined ? {} : { profile: flags.profile }),
        ...(answered === undefined ? {} : { answered }),
      });
    else {
      const { startPage } = await import('../start-page.ts');
      const { trustLoopback, maxSessions } = served.config.hub;
      signal = await serveHttpUntilStopped(served.backend, machine, {
        http: address,
        title: 'Deployment Engine',
        trustLoopback,
        maxSessions,
        onListening: (url) => startPage({ url: `${url}/mcp`, served, machine, flags }),
      });
    }
  } finally {
    await served.close();
    await machine.close();
  }
  // who does not read would be waited for as the reader of a command is, who may take all day
  if (!(await untilRead({ signal }))) process.exit(EXIT.ok);
  return EXIT.ok;
}
