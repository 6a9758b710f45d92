import { connect, connectV1, type Target } from '@deployment-engine/shared/testing';

/** The official SDK's clients: v2 in both eras, and v1, which today's agent frameworks use. */
export const CLIENTS = ['v2 modern', 'v2 legacy', 'v1'] as const;

export type ClientKind = (typeof CLIENTS)[number];

export interface Called {
  isError?: boolean;
  content: { type: string; text?: string }[];
  structuredContent?: Record<string, unknown>;
}

/** What the tests ask of a client, whichever it is. */
export interface HubClient {
  toolNames(): Promise<string[]>;
  call(name: string, args?: Record<string, unknown>, signal?: AbortSignal): Promise<Called>;
  close(): Promise<void>;
}

export async function openClient(kind: ClientKind, target: Target): Promise<HubClient> {
  if (kind === 'v1') {
    const client = await connectV1(target);
    return {
      toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: async (name, args = {}, signal) =>
        (await client.callTool({ name, arguments: args }, undefined, signal === undefined ? {} : { signal })) as unknown as Called,
      close: () => client.close(),
    };
  }
  const client = await connect(target, kind === 'v2 modern' ? 'modern' : 'legacy');
  return {
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args = {}, signal) =>
      (await client.callTool({ name, arguments: args }, signal === undefined ? {} : { signal })) as unknown as Called,
    close: () => client.close(),
  };
}

/** The typed failure of a call, if it failed. */
export function failureOf({
  isError,
  structuredContent,
}: Called): { code: string; message: string; details?: Record<string, unknown> } | undefined {
  return isError ? (structuredContent?.['error'] as { code: string; message: string }) : undefined;
}

export const textOf = ({ content }: Called): string => content.map(({ text = '' }) => text).join('\n');
