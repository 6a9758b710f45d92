import { join } from 'node:path';
import { type Audit, createAudit } from '../platform/audit/index.ts';
import { createExec, type Exec } from '../platform/exec/index.ts';
import { createLog, LOG_LEVELS, type LogLevel, type RootLog } from '../platform/log/index.ts';
import { createRoots, type Roots } from '../platform/paths/index.ts';
import { stateHome } from '../platform/state/index.ts';
import { startTelemetry } from '../platform/telemetry/index.ts';
import { ToolError } from '../contracts/index.ts';
import { type CallMetrics, callMetrics } from './observe.ts';

/** The doors that one process opens once and gives to all its servers. */
export interface Machine {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  roots: Roots;
  exec: Exec;
  log: RootLog;
  audit: Audit;
  metrics: CallMetrics;
  close(): Promise<void>;
}

export interface MachineOptions {
  name: string;
  env?: Readonly<Record<string, string | undefined>>;
  logLevel?: string | undefined;
  roots?: Roots;
  log?: RootLog;
}

const CHILD_GRACE_MS = 1_000;

/** Opens the doors. Nothing is written and nothing is started before the first call. */
export function openMachine({ name, env = process.env, logLevel, roots, log: given }: MachineOptions): Machine {
  const home = stateHome(env);
  const log = given ?? createLog({ name, level: levelOf(logLevel ?? env['DEPLOYMENT_ENGINE_LOG']) });
  const audit = createAudit({ dir: join(home, 'audit'), onError: (error) => log.error({ err: error }, 'the audit cannot be written') });
  // clients kill a server two seconds after its SIGTERM; until then its own children must be gone
  const exec = createExec({ env, graceMs: CHILD_GRACE_MS });
  // not awaited: a start must not wait for it, and the calls of its first milliseconds only go untraced
  const telemetry = startTelemetry(env).catch((error: unknown) => log.warn({ err: error }, 'traces are off'));
  return {
    env,
    home,
    roots: roots ?? createRoots({ env }),
    exec,
    log,
    audit,
    metrics: callMetrics(),
    async close() {
      await telemetry;
      await exec.close();
      await audit.close();
      await log.flush();
    },
  };
}

function levelOf(level: string | undefined): LogLevel | 'silent' {
  if (level === undefined || level === '') return 'warn';
  if (level === 'silent' || (LOG_LEVELS as readonly string[]).includes(level)) return level as LogLevel | 'silent';
  throw new ToolError('invalid_input', `"${level}" is not a log level.`, { hint: `Use one of ${LOG_LEVELS.join(', ')}, silent.` });
}
