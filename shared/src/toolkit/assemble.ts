import { type AuditEvent, ToolError } from '../contracts/index.ts';
import type { Exec } from '../platform/exec/index.ts';
import { loadConfig } from '../platform/config/index.ts';
import type { Log } from '../platform/log/index.ts';
import type { Roots } from '../platform/paths/index.ts';
import { guardValue } from '../platform/text-guard/index.ts';
import { auditStage } from './pipeline/audit.ts';
import { authorizeStage } from './pipeline/authorize.ts';
import { CallMemory } from './pipeline/call-memory.ts';
import { type ConfirmOptions, confirmStage } from './pipeline/confirm.ts';
import { guardStage } from './pipeline/guard.ts';
import { idempotencyStage } from './pipeline/idempotency.ts';
import { createPipeline, type RunCall } from './pipeline/index.ts';
import { type LimitsOptions, limitsStage } from './pipeline/limits.ts';
import { lookUpStage } from './pipeline/look-up.ts';
import { metricsStage, type Observe } from './pipeline/metrics.ts';
import { type RateLimitOptions, rateLimitStage } from './pipeline/rate-limit.ts';
import { traceStage } from './pipeline/trace.ts';
import { validateStage } from './pipeline/validate.ts';
import type { Call, CallTarget } from './call.ts';
import type { ServerDefinition } from './define-server.ts';
import type { Policy } from './policy.ts';
import { ServerRuntime } from './runtime.ts';

export interface PipelineOptions {
  find: (tool: string, call: Call) => CallTarget | undefined | Promise<CallTarget | undefined>;
  policy: Policy;
  record: (event: AuditEvent) => void;
  observe: Observe;
  confirm?: Omit<ConfirmOptions, 'tokens'> | undefined;
  /** Of an earlier pipeline in this one's place; its own if there was none. */
  memory?: CallMemory | undefined;
  limits?: LimitsOptions | undefined;
  rateLimit?: RateLimitOptions | undefined;
}

/** The pipeline with its standard stages; a server and the hub differ only in how they find a tool. */
export function standardPipeline(options: PipelineOptions): RunCall {
  const { plans, keyed } = options.memory ?? new CallMemory();
  return createPipeline({
    trace: traceStage,
    metrics: metricsStage(options.observe),
    audit: auditStage(options.record),
    rateLimit: rateLimitStage(options.rateLimit),
    lookUp: lookUpStage(options.find),
    validate: validateStage,
    authorize: authorizeStage(options.policy),
    confirm: confirmStage({ ...options.confirm, tokens: plans }),
    idempotency: idempotencyStage(keyed),
    guard: guardStage,
    limits: limitsStage(options.limits),
  });
}

export interface RuntimeSetup {
  /** The server's section of the configuration, references resolved. */
  section?: object | undefined;
  env: Readonly<Record<string, string | undefined>>;
  roots: Roots;
  exec: Exec;
  log: Log;
  stateDir: string;
  policy: Policy;
  toolsets?: readonly string[] | undefined;
  record: (event: AuditEvent) => void;
  observe: Observe;
  confirm?: PipelineOptions['confirm'];
  limits?: LimitsOptions | undefined;
}

/** A server with its configuration checked and its pipeline around it. Throws a ConfigError that names every problem. */
export function createRuntime(definition: ServerDefinition, setup: RuntimeSetup): ServerRuntime {
  const config = loadConfig({ schema: definition.config, defaults: setup.section ?? {}, env: setup.env, envMap: definition.env });
  checkToolsets(definition, setup.toolsets);
  const pipeline = standardPipeline({
    // the runtime is made from the pipeline that finds its tools in it; no call comes before both are there
    find: (tool, call) => runtime.target(tool, call),
    policy: setup.policy,
    record: setup.record,
    observe: setup.observe,
    confirm: setup.confirm,
    limits: setup.limits,
  });
  const runtime: ServerRuntime = new ServerRuntime(definition, {
    env: {
      config,
      roots: setup.roots,
      exec: setup.exec,
      log: setup.log,
      env: setup.env,
      stateDir: setup.stateDir,
      readOnly: setup.policy.readOnly ?? false,
    },
    policy: setup.policy,
    pipeline,
    toolsets: setup.toolsets,
    clean: guardValue,
    record: setup.record,
  });
  return runtime;
}

/** A misspelt toolset would list nothing, without a word. */
function checkToolsets({ name, tools }: ServerDefinition, wanted: readonly string[] = []): void {
  const known = [...new Set(tools.map(({ toolset }) => toolset))];
  const unknown = wanted.filter((toolset) => !known.includes(toolset));
  if (unknown.length === 0) return;
  throw new ToolError('invalid_input', `${name} has no toolset ${unknown.join(', ')}.`, { hint: `Its toolsets are ${known.join(', ')}.` });
}
