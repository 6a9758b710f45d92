import type { BackendInfo } from '../backend.ts';

/** How a server names itself to its clients (MCP `Implementation`). */
export function serverInfoOf({ name, title, version, description }: BackendInfo): {
  name: string;
  title: string;
  version: string;
  description?: string;
} {
  return { name, title, version, ...(description === undefined ? {} : { description }) };
}
