import { ToolError, type ErrorCode } from '@deployment-engine/shared/contracts';
import { oneLine } from '../report/text.ts';
import { maskNotes, type Masking } from './manifest.ts';

/** What Helm says when it fails, and what to do about it. The first that fits counts. */
const SAYINGS: readonly [pattern: RegExp, code: ErrorCode, hint: string][] = [
  [/cannot re-?use a name that is still in use/i, 'conflict', 'The release is there: change it with helm_upgrade.'],
  [/release: not found|release ".*" not found/i, 'not_found', 'helm_read with view list shows the releases.'],
  [/has no (?:deployed releases|.*revision)/i, 'not_found', 'See helm_read with view history.'],
  [
    /another operation .* is in progress/i,
    'conflict',
    'Wait for the other change; if it has died, helm_rollback to the last good revision.',
  ],
  [
    /invalid ownership metadata|exists and cannot be imported/i,
    'conflict',
    'An object of that name belongs to somebody else: remove it or rename the release.',
  ],
  [/conflict(?:s)? with|Apply failed with \d+ conflict/i, 'conflict', 'Another manager owns a field; see resources_diff.'],
  [
    /cluster unreachable|connection refused|no such host|i\/o timeout|TLS handshake/i,
    'unavailable',
    'Check the cluster and the address of the chart.',
  ],
  [/is forbidden|cannot \w+ resource/i, 'forbidden', 'A role that grants it must be bound; rbac_check shows what is granted.'],
  [/unauthorized|401/i, 'unauthenticated', 'Check the credentials of the context, or those of the registry (helm.registryConfig).'],
  [/timed out waiting|deadline exceeded|not ready|resource .* not ready/i, 'timeout', 'See why with diagnose; helm_rollback goes back.'],
  [/values don't meet the specifications of the schema/i, 'invalid_input', 'Correct the named values.'],
  [/incompatible with Kubernetes|requires kubeVersion/i, 'unsupported', 'Use a version of the chart for this cluster.'],
  [/no matches for kind/i, 'invalid_input', 'The cluster lacks that kind: install its CRD first (api_resources).'],
  [
    /missing in charts\/ directory|dependencies/i,
    'invalid_input',
    'Put the chart’s dependencies into its charts folder (helm dependency build).',
  ],
  [/not found|404/i, 'not_found', 'Check the chart’s name, version and address.'],
  [/execution error|parse error|YAML parse|template:|error converting|validation:/i, 'invalid_input', 'Correct the chart or the values.'],
];

/** A failed run of Helm as a ToolError, without secrets and without the paths of the call's own files. */
export function helmFailure(said: string, masking: Masking): ToolError {
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:WARNING|warning|I\d{4}|W\d{4}|level=(?:WARN|INFO))/.test(line));
  const whole = lines.join(' ').replace(/^Error:\s*/, '');
  const [, code = 'upstream_error', hint = 'See the message of Helm.'] = SAYINGS.find(([pattern]) => pattern.test(whole)) ?? [];
  const text = oneLine(maskNotes(whole, masking), 600);
  return new ToolError(code, text === '' ? 'Helm failed and said nothing.' : `Helm: ${text}`, { hint });
}
