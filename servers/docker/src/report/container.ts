import { maskText } from '@deployment-engine/shared/platform';
import { z } from 'zod';
import type { WireContainer, WireInspect } from '../client/index.ts';
import { compact, short } from './words.ts';

export const ContainerSummary = z.object({
  id: z.string().describe('First twelve characters'),
  name: z.string(),
  image: z.string(),
  command: z.string().optional(),
  state: z.string().describe('created, running, paused, restarting, exited, dead'),
  status: z.string().describe('In words, e.g. "Up 3 hours (healthy)"'),
  created: z.string().optional().describe('RFC 3339'),
  ports: z.array(z.string()).optional().describe('host address:port->container port/protocol'),
  networks: z.array(z.string()).optional(),
  project: z.string().optional().describe('Compose project'),
  service: z.string().optional().describe('Compose service'),
  size_rw: z.number().optional().describe('Bytes that the container itself wrote'),
});

export type ContainerSummary = z.output<typeof ContainerSummary>;

/** Names begin with a slash in the API; links add `/other/alias`. */
export const nameOf = (names: readonly string[] | undefined): string =>
  (names?.find((name) => !name.slice(1).includes('/')) ?? names?.[0] ?? '').replace(/^\//, '');

export function summarise(one: WireContainer): ContainerSummary {
  const { Labels: labels } = one;
  const ports = (one.Ports ?? []).map(
    (port) => `${port.PublicPort === undefined ? '' : `${port.IP ?? ''}:${port.PublicPort}->`}${port.PrivatePort}/${port.Type}`,
  );
  const optional = compact({
    command: maskText(one.Command ?? '').slice(0, 200),
    created: one.Created === undefined ? undefined : new Date(one.Created * 1000).toISOString(),
    ports: [...new Set(ports)],
    networks: Object.keys(one.NetworkSettings?.Networks ?? {}),
    project: labels?.['com.docker.compose.project'],
    service: labels?.['com.docker.compose.service'],
    size_rw: one.SizeRw,
  });
  return {
    id: short(one.Id),
    name: nameOf(one.Names),
    image: one.Image ?? '',
    state: one.State ?? 'unknown',
    status: one.Status ?? '',
    ...optional,
  };
}

export const inspectName = (one: WireInspect): string => (one.Name ?? '').replace(/^\//, '') || short(one.Id);

/** What an exit code means (wait(2), the shell's and Docker's own conventions). */
export function exitMeaning(code: number): string {
  const signals: Record<number, string> = {
    1: 'SIGHUP',
    2: 'SIGINT',
    3: 'SIGQUIT',
    4: 'SIGILL',
    6: 'SIGABRT',
    7: 'SIGBUS',
    8: 'SIGFPE',
    9: 'SIGKILL',
    11: 'SIGSEGV',
    13: 'SIGPIPE',
    14: 'SIGALRM',
    15: 'SIGTERM',
  };
  const known: Record<number, string> = {
    0: 'ended without error',
    1: 'the program’s own general error',
    2: 'misuse of a shell builtin, or the program’s own error',
    125: 'Docker itself failed to start the container',
    126: 'the command was found but could not be executed',
    127: 'the command was not found',
    128: 'invalid exit argument',
    255: 'the program’s own error, or out of range',
  };
  if (known[code] !== undefined) return known[code];
  const signal = code > 128 ? signals[code - 128] : undefined;
  return signal === undefined ? 'the program’s own error' : `ended by ${signal}`;
}
