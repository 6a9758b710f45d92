/** Prometheus text exposition format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const escapeValue = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

export const formatNumber = (value: number): string => (value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value));

/** One line. Names are checked where a metric is registered; values of labels are whatever they are and escaped here. */
export const sampleLine = (name: string, labels: readonly (readonly [string, string])[], value: number): string => {
  const inner = labels.map(([label, text]) => `${label}="${escapeValue(text)}"`).join(',');
  return `${name}${inner === '' ? '' : `{${inner}}`} ${formatNumber(value)}\n`;
};

export const headerLines = (name: string, help: string, type: string): string =>
  `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
