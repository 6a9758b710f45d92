import { delimiter } from 'node:path';
import { DECISION_KEY_ENV } from '../protocol/decision-key.ts';

/**
 * Whether the environment holds what the server must look at before it says anything: a configuration or roots that may be wrong,
 * which is told instead of an answer; or the key of a hub, whose child answers whom the hub names.
 */
export function isUnsettled(env: Readonly<Record<string, string | undefined>>): boolean {
  const roots = env['DEPLOYMENT_ENGINE_ROOTS'];
  return Boolean(
    env['DEPLOYMENT_ENGINE_CONFIG'] || env[DECISION_KEY_ENV] || roots?.split(delimiter).some((folder) => folder.trim() === ''),
  );
}
