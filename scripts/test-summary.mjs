// What a run of the tests comes to: the lines for a person, and the exit code. Plain JavaScript for Node 20.

/**
 * What a run's report means for the person and for the exit code.
 * @param {{ passed: number, failed: number, skipped: { name: string, reason: string }[], failures: string[] } | undefined} report
 * @param {{ code: number, requireBackends: boolean }} run vitest's exit code, and whether skipping is forbidden
 * @returns {{ lines: string[], code: number }} the last line is the summary
 */
export function summarise(report, { code, requireBackends }) {
  if (report === undefined) return { lines: ['The tests did not run to their end.', '0 passed, 1 failed, 0 skipped'], code: code || 1 };
  const lines = [];
  for (const failure of report.failures) lines.push(`failed: ${failure}`);
  const reasons = new Map();
  for (const { name, reason } of report.skipped) reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  for (const [reason, names] of reasons) {
    lines.push(`skipped: ${names.length === 1 ? names[0] : `${names.length} tests, ${names[0]} and others`}: ${reason}`);
  }
  const forbidden = requireBackends && report.skipped.length > 0;
  if (forbidden) lines.push(`CI_REQUIRE_BACKENDS is set: ${report.skipped.length} skipped tests make this run a failure.`);
  const none = report.passed + report.failed === 0;
  if (none) lines.push('No test ran.');
  lines.push(`${report.passed} passed, ${report.failed} failed, ${report.skipped.length} skipped`);
  return { lines, code: code || (report.failed > 0 || forbidden || none ? 1 : 0) };
}
