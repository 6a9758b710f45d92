import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import { readGrants } from '../access-audit/grants.ts';
import { accountUser, review, type Someone } from '../access-audit/review.ts';
import type { Request } from '../access-audit/rules.ts';
import { whoCan } from '../access-audit/who-can.ts';
import type { Cluster } from '../client/cluster.ts';
import { resourceName } from '../client/discovery.ts';
import { fit } from '../report/budget.ts';
import { count } from '../report/text.ts';
import { readTool } from './define.ts';
import * as fields from './fields.ts';

const word = (what: string) => z.string().min(1).max(253).describe(what);

/** What RBAC knows and discovery does not: whom one may act as. */
const VIRTUAL = ['users', 'groups'];

interface Wish {
  verb: string;
  kind?: string | undefined;
  path?: string | undefined;
  subresource?: string | undefined;
  name?: string | undefined;
  namespace?: string | undefined;
}

interface Whose {
  user?: string | undefined;
  groups?: string[] | undefined;
  service_account?: string | undefined;
}

async function asked(cluster: Cluster, { verb, kind: wanted, path, subresource, name, namespace }: Wish, signal: AbortSignal) {
  if ((wanted === undefined) === (path === undefined))
    throw new ToolError('invalid_input', 'Give kind, or path for what is no object.', { hint: 'For example kind: pods.' });
  if (path !== undefined) return { request: { verb, path } satisfies Request, namespace: undefined, words: `${verb} ${path}` };
  const kind = VIRTUAL.includes(wanted ?? '')
    ? { group: '', resource: wanted ?? '', namespaced: false }
    : wanted === '*'
      ? { group: '*', resource: '*', namespaced: true }
      : await cluster.kind(wanted ?? '', signal);
  const space = fields.selected(namespace, kind, cluster.namespace);
  if (space !== undefined)
    cluster.access.demand({ verb: 'get', kind: { group: '', resource: 'namespaces', namespaced: false }, name: space });
  const request: Request = {
    verb,
    group: kind.group,
    resource: kind.resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(name === undefined ? {} : { name }),
  };
  const what = `${resourceName(kind)}${subresource === undefined ? '' : `/${subresource}`}${name === undefined ? '' : ` "${name}"`}`;
  const where = kind.namespaced ? (space === undefined ? ' in all namespaces' : ` in ${space}`) : '';
  return { request, namespace: space, words: `${verb} ${what}${where}` };
}

function someoneOf({ user, groups, service_account: account }: Whose): Someone | undefined {
  if (account !== undefined && (user !== undefined || groups !== undefined))
    throw new ToolError('invalid_input', 'Give service_account, or user and groups.', { hint: 'Leave one of them out.' });
  if (account !== undefined) return accountUser(account);
  // the API server counts whoever has signed in as authenticated, a review does not
  if (user !== undefined) return { user, groups: [...new Set([...(groups ?? []), 'system:authenticated'])] };
  return groups === undefined ? undefined : { groups };
}

export const rbacCheck = readTool({
  name: 'rbac_check',
  title: 'Check who is allowed to do what',
  description:
    'Whether this user, or another, may do something, as the API server decides it; or who can do it, by roles and bindings. For what is risky use rbac_audit.',
  toolset: 'access',
  input: {
    question: z.enum(['allowed', 'who_can']).default('allowed').describe('allowed: one subject, the caller by default'),
    verb: word('get, list, create, delete, impersonate, …; * for all'),
    kind: z
      .union([fields.kind, z.literal('*')])
      .optional()
      .describe('e.g. pods, deployments.apps; * for all'),
    subresource: z
      .string()
      .regex(/^[a-z]+$/)
      .max(60)
      .optional()
      .describe('e.g. exec, log, token'),
    path: z.string().startsWith('/').max(500).optional().describe('Instead of kind, e.g. /metrics'),
    name: fields.objectName.optional().describe('Name of one object'),
    namespace: fields.namespaces,
    user: word('Another user').optional(),
    groups: z.array(word('Group')).max(50).optional().describe('Groups of that user'),
    service_account: z
      .string()
      .regex(/^[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}$/)
      .optional()
      .describe('namespace/name'),
  },
  output: {
    asked: z.string(),
    allowed: z.boolean().optional(),
    reason: z.string().optional(),
    who: z.array(z.object({ subject: z.string(), by: z.string() })).optional(),
    left: z.number().optional(),
    unread: z.array(z.string()).optional(),
  },
  async handler(input, { cluster, bytes, signal }) {
    const { words, ...ask } = await asked(cluster, input, signal);
    const someone = someoneOf(input);
    if (input.question === 'allowed') {
      const whose = someone === undefined ? '' : ` as ${someone.user ?? someone.groups?.join(', ') ?? ''}`;
      return { asked: `${words}${whose}`, ...(await review(cluster, someone, ask, signal)) };
    }
    if (someone !== undefined)
      throw new ToolError('invalid_input', 'who_can asks about everybody.', { hint: 'Leave user, groups and service_account out.' });
    const grants = await readGrants(cluster, ask.namespace, signal);
    const { items, left } = fit(whoCan(grants, ask), bytes);
    return { asked: words, who: items, left, ...(grants.unread.length > 0 ? { unread: grants.unread } : {}) };
  },
  render: ({ context, asked: what, allowed, reason, who, left = 0, unread }) => {
    if (who === undefined) return { summary: `${allowed ? 'Yes' : 'No'}: ${what} (${context}).`, data: reason ?? '' };
    const notes = `${left > 0 ? ` ${left} left out: set max_tokens.` : ''}${unread === undefined ? '' : ` Not looked at: ${unread.join('; ')}.`}`;
    return {
      summary: `${count(who.length + left, 'subject')} can ${what} in ${context} by RBAC, besides system:masters.${notes}`,
      data: who.map(({ subject, by }) => `${subject}\t${by}`).join('\n'),
    };
  },
});
