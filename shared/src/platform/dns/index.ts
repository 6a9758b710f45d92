import { lookup } from 'node:dns/promises';

/** All addresses of a host name, as the system resolves it (hosts file included). Rejects for an unknown name. */
export async function resolveHost(host: string): Promise<{ address: string; family: number }[]> {
  return lookup(host, { all: true });
}
