/** A way into a cluster: a token, or the files of a client certificate. */
export type KubeconfigUser = { token: string } | { 'client-certificate': string; 'client-key': string };

/** The text of a kubeconfig whose first context is current; JSON, which is YAML. */
export function kubeconfigText(
  contexts: Readonly<Record<string, { cluster: string; server: string; caFile: string; user: KubeconfigUser; namespace?: string }>>,
): string {
  const entries = Object.entries(contexts);
  const clusters = new Map(
    entries.map(([, { cluster, server, caFile }]) => [cluster, { server, 'certificate-authority': caFile }] as const),
  );
  return `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': entries[0]?.[0] ?? '',
      clusters: [...clusters].map(([name, cluster]) => ({ name, cluster })),
      users: entries.map(([name, { user }]) => ({ name, user })),
      contexts: entries.map(([name, { cluster, namespace }]) => ({
        name,
        context: { cluster, user: name, ...(namespace !== undefined && { namespace }) },
      })),
    },
    null,
    2,
  )}\n`;
}
