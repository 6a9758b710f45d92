import { randomBytes } from 'node:crypto';
import type { ContentBlock, Rendered, Tool } from './define-tool.ts';

/**
 * The content of a built-in's result. Text that comes from a backend stands between random boundaries, so that it cannot
 * pretend to be ours; the typed value beside it is never fenced.
 */
export function renderContent(tool: Pick<Tool, 'render'>, output: unknown): ContentBlock[] {
  const rendered: Rendered = tool.render ? tool.render(output) : JSON.stringify(output);
  if (Array.isArray(rendered)) return rendered;
  const { summary, data } = typeof rendered === 'string' ? { summary: '', data: rendered } : rendered;
  return [{ type: 'text', text: [summary, data === undefined || data === '' ? '' : fence(data)].filter(Boolean).join('\n') }];
}

function fence(text: string): string {
  const boundary = randomBytes(6).toString('hex');
  return `<untrusted-${boundary}>\n${text}\n</untrusted-${boundary}>`;
}
