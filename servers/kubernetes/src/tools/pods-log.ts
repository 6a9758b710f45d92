import { z } from 'zod';
import { cutStart } from '../report/budget.ts';
import { count } from '../report/text.ts';
import { readLogs } from '../pods/log.ts';
import { momentText } from '../pods/moment.ts';
import { podKind, podsOf } from '../pods/pod.ts';
import { readTool } from './define.ts';
import * as fields from './fields.ts';

export const podsLog = readTool({
  name: 'pods_log',
  title: 'Read logs',
  description: 'The last log lines of a pod, or of all pods of an owner or with labels, merged by time.',
  deadlineMs: 120_000,
  input: {
    name: fields.podOrOwner.optional(),
    labels: fields.labelSelector,
    namespace: fields.namespace,
    container: fields.container.optional().describe('Default: all'),
    since: fields.form(40, /^.+$/, 'a time').optional().describe('15m, or a time'),
    until: fields.form(40, /^.+$/, 'a time').optional().describe('Not after'),
    tail: fields.whole(1, 5_000).default(200).describe('Lines'),
    grep: fields.form(500, /^.+$/s, 'a text').optional().describe('Only lines with this text, any case'),
    previous: z.boolean().optional().describe('The run before a restart'),
    timestamps: z.boolean().optional().describe('Show times'),
    follow_s: fields.whole(1, 600).optional().describe('Wait so long for new lines'),
  },
  output: {
    log: z.string(),
    lines: z.number(),
    older: z.boolean().optional().describe('Lines left out'),
    failed: z.array(z.string()).optional(),
  },
  async handler({ name, labels, namespace, since, until, timestamps, follow_s = 0, ...wish }, context) {
    const { cluster, signal, bytes } = context;
    const space = namespace ?? cluster.namespace;
    const moments = {
      ...(since === undefined ? {} : { since: momentText(since) }),
      ...(until === undefined ? {} : { until: momentText(until) }),
    };
    const pods = await podsOf(cluster, space, { name, labels }, signal);
    const kind = await podKind(cluster, signal);
    for (const { metadata } of pods)
      cluster.access.consent(
        { verb: 'logs', kind, namespace: space, name: metadata.name },
        `Read the log of ${space}/${metadata.name}.`,
        context,
      );
    const { lines, more, failed } = await readLogs(
      pods,
      { ...wish, previous: wish.previous === true, ...moments, followMs: follow_s * 1_000 },
      context,
    );
    const rows = lines.map(({ source, time, text }) =>
      [timestamps === true ? time : '', source && `[${source}]`, text].filter(Boolean).join(' '),
    );
    const { text, cut } = cutStart(rows, bytes);
    return {
      log: text,
      lines: rows.length - cut,
      ...(more || cut > 0 ? { older: true } : {}),
      ...(failed.length > 0 ? { failed: failed.map(({ source, error }) => `${source}: ${error.message}`) } : {}),
    };
  },
  render: ({ context, log, lines, older, failed = [] }) => ({
    summary: [
      `${count(lines, 'log line')} in ${context}.`,
      ...(older === undefined ? [] : ['Older lines are left out: give since, grep, tail or max_tokens.']),
    ].join(' '),
    data: [...failed.map((one) => `! ${one}`), log].filter(Boolean).join('\n'),
  }),
});
