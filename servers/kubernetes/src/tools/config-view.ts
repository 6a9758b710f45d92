import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { maskArgs, maskText } from '@deployment-engine/shared/platform';
import { z } from 'zod';
import type { ContextEntry, UserEntry } from '../client/kubeconfig.ts';
import type { KubernetesDeps } from '../kubernetes.ts';
import { fit, bytesFor } from '../report/budget.ts';
import { count } from '../report/text.ts';
import * as fields from './fields.ts';

export const configView = defineTool({
  name: 'config_view',
  title: 'View the kubeconfig',
  description:
    'The merged kubeconfig as this server uses it: servers, how users sign in, without any credential. For names only use contexts_list.',
  scopes: ['kubernetes:read'],
  annotations: reads(),
  toolset: 'clusters',
  inputSchema: z.strictObject({ context: fields.context.describe('Only this one'), max_tokens: fields.maxTokens }),
  outputSchema: z.object({
    files: z.array(z.string()),
    current: z.string().optional(),
    contexts: z.array(z.record(z.string(), z.unknown())),
    left: z.number(),
  }),
  async handler({ context: wanted, max_tokens: tokens }, { deps }: ToolContext<KubernetesDeps>) {
    const { clusters, config } = deps.kubernetes;
    const { entries, current, files } = await clusters.contexts();
    // a name that is not there fails as it does everywhere
    const shown = wanted === undefined ? entries : [(await clusters.get(wanted)).connection.entry];
    const { items, left } = fit(shown.map(entryOf), bytesFor(tokens ?? config.maxTokens));
    return { files: [...files], ...(current === undefined ? {} : { current }), contexts: shown.length === 0 ? [] : items, left };
  },
  render: ({ files, current, contexts, left }) => ({
    summary: `${count(contexts.length + left, 'context')} of ${files.length === 0 ? 'the service account of this pod' : files.join(', ')}; ${current === undefined ? 'none is current' : `current: ${current}`}.${left > 0 ? ` ${left} left out: set max_tokens.` : ''}`,
    data: contexts.map((one) => JSON.stringify(one)).join('\n'),
  }),
});

function entryOf({ name, server, cluster, user, namespace, ca, insecure, tlsServerName, proxyUrl, credentials }: ContextEntry) {
  return {
    name,
    cluster,
    server: maskText(server),
    namespace,
    ...(ca ? { certificate_authority: 'file' in ca ? ca.file : 'in the kubeconfig' } : {}),
    ...(insecure ? { insecure: true } : {}),
    ...(tlsServerName ? { tls_server_name: tlsServerName } : {}),
    ...(proxyUrl ? { proxy: maskText(proxyUrl) } : {}),
    user,
    signs_in_by: waysOf(credentials),
  };
}

/** How a user signs in, never with what. */
function waysOf({ certificate, token, tokenFile, basic, exec, oidc, impersonate, unsupported }: UserEntry): string[] {
  return [
    ...(certificate ? ['client certificate'] : []),
    ...(token ? ['token [masked]'] : []),
    ...(tokenFile ? [`token in the file ${tokenFile}`] : []),
    ...(basic ? [`password of ${basic.username} [masked]`] : []),
    ...(exec ? [`command ${[exec.command, ...maskArgs(exec.args ?? [])].join(' ')}`] : []),
    ...(oidc ? [`OpenID Connect at ${oidc['idp-issuer-url'] ?? 'an issuer that is not named'}`] : []),
    ...(impersonate ? [`acting as ${impersonate.user}`] : []),
    ...(unsupported ? [`${unsupported}, which this server does not speak`] : []),
  ];
}
