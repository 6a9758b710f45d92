import type { ClientLogLevel } from '../context.ts';

/** RFC 5424 severities, weakest first. */
const LEVELS: readonly ClientLogLevel[] = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

/** Whether a client that has asked for `threshold` and above hears a message of this level; without a threshold it hears all. */
export function isHeard(level: ClientLogLevel, threshold: ClientLogLevel | undefined): boolean {
  return threshold === undefined || LEVELS.indexOf(level) >= LEVELS.indexOf(threshold);
}

/** What a handshake-era client gets of an upstream that must be told a level, until it names its own. */
export const DEFAULT_LOG_LEVEL: ClientLogLevel = 'info';
