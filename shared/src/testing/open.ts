import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type AuditEvent, OWNER, type Principal, type WireError } from '../contracts/index.ts';
import { createExec } from '../platform/exec/index.ts';
import { createLog } from '../platform/log/index.ts';
import { createRoots } from '../platform/paths/index.ts';
import {
  type AskCapabilities,
  type Caller,
  type ConfirmMode,
  type ContentBlock,
  createRuntime,
  defaultPolicy,
  type InputRequest,
  type Policy,
  type Progress,
  type ServerDefinition,
  type ServerRuntime,
} from '../toolkit/index.ts';

export interface OpenOptions {
  /** The server's section of the configuration. */
  config?: object;
  /** Folders that the server may touch. Without any, tools that need one refuse. */
  roots?: readonly string[];
  env?: Record<string, string | undefined>;
  readOnly?: boolean;
  /** Overrides how every destructive call is confirmed; `allow` unless given, because a test knows what it does. */
  confirm?: ConfirmMode;
  principal?: Principal;
  policy?: Policy;
  transport?: Caller['transport'];
  /** Takes log lines, for tests that look at them. */
  onLog?: (line: string) => void;
}

export type CallResult<T = Record<string, unknown>> =
  | { ok: true; output: T; text: string; content: ContentBlock[] }
  | { ok: false; error: WireError; text: string }
  | { ok: 'input'; requests: Record<string, InputRequest> };

export interface CallOptions {
  signal?: AbortSignal;
  can?: Partial<AskCapabilities>;
  answers?: Record<string, unknown>;
  onProgress?: (progress: Progress) => void;
}

export interface OpenServer {
  runtime: ServerRuntime;
  /** Audit records so far. */
  records: AuditEvent[];
  caller(options?: CallOptions): Caller;
  /** Calls a tool through the whole pipeline. Throws only for an unknown tool. */
  call<T = Record<string, unknown>>(tool: string, args?: Record<string, unknown>, options?: CallOptions): Promise<CallResult<T>>;
  close(): Promise<void>;
}

/** Opens a server in this process, with its real pipeline and doors, and no transport. */
export async function open(definition: ServerDefinition, options: OpenOptions = {}): Promise<OpenServer> {
  const home = mkdtempSync(join(tmpdir(), 'deployment-engine-'));
  const { DEPLOYMENT_ENGINE_ROOTS: _roots, ...inherited } = process.env;
  const env = {
    ...inherited,
    DEPLOYMENT_ENGINE_HOME: home,
    ...(options.roots ? { DEPLOYMENT_ENGINE_ROOTS: options.roots.join(delimiter) } : {}),
    ...options.env,
  };
  const exec = createExec({ env });
  const records: AuditEvent[] = [];
  const runtime = createRuntime(definition, {
    section: options.config,
    env,
    roots: createRoots(options.roots ? { env } : { env, cwd: '/' }),
    exec,
    log: createLog({
      name: definition.name,
      level: options.onLog ? 'debug' : 'silent',
      ...(options.onLog ? { write: options.onLog } : {}),
    }),
    stateDir: join(home, 'servers', definition.name),
    policy: options.policy ?? defaultPolicy({ readOnly: options.readOnly ?? false }),
    record: (event) => void records.push(event),
    observe: () => undefined,
    confirm: { modeFor: () => options.confirm ?? 'allow' },
  });
  const caller = (given: CallOptions = {}): Caller => ({
    principal: options.principal ?? OWNER,
    transport: options.transport ?? 'stdio',
    signal: given.signal ?? new AbortController().signal,
    can: { elicitation: false, sampling: false, roots: false, ...given.can },
    answers: given.answers ?? {},
    meta: {},
    ...(given.onProgress ? { progress: given.onProgress } : {}),
  });
  return {
    runtime,
    records,
    caller,
    async call<T>(tool: string, args: Record<string, unknown> = {}, given: CallOptions = {}): Promise<CallResult<T>> {
      const outcome = await runtime.callTool(tool, args, caller(given));
      if (outcome.kind === 'input') return { ok: 'input', requests: outcome.requests };
      const { content, structuredContent, isError } = outcome.value.result;
      const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
      if (isError) return { ok: false, error: (structuredContent as { error: WireError }).error, text };
      return { ok: true, output: structuredContent as T, text, content };
    },
    async close() {
      await runtime.close();
      await exec.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
