import { z } from 'zod';

const names = (what: string) => z.array(z.string().min(1).max(253)).default([]).describe(what);

/** Which calls a rule speaks of. A list that is left out fits everything; `*` in a name stands for any letters. */
export const Rule = z.strictObject({
  verbs: z
    .array(z.string().min(1))
    .optional()
    .describe('get, list, watch, create, apply, patch, scale, delete, exec, port-forward, logs, …'),
  kinds: z
    .array(z.string().min(1))
    .optional()
    .describe('Resources with their group where they have one: pods, deployments.apps, *.rbac.authorization.k8s.io'),
  namespaces: z.array(z.string()).optional().describe('Namespaces; "" stands for what has none'),
  names: z.array(z.string().min(1)).optional().describe('Names of objects'),
  contexts: z.array(z.string().min(1)).optional().describe('Contexts'),
  decide: z.enum(['allow', 'confirm', 'deny']).describe('confirm: a person is asked; where nobody can be asked, it is denied'),
});

export type Rule = z.output<typeof Rule>;

export const KubernetesConfig = z.strictObject({
  kubeconfig: z
    .string()
    .min(1)
    .optional()
    .describe('Kubeconfig file, or several joined like PATH. Default: KUBECONFIG, ~/.kube/config, then the service account of the pod'),
  context: z.string().min(1).optional().describe('The context of calls that name none. Default: current-context'),
  contexts: names('Contexts that may be used; all when empty'),
  readOnlyContexts: names('Contexts in which nothing may be changed'),
  namespaces: z
    .strictObject({ allow: names('Namespaces that may be touched; all when empty'), deny: names('Namespaces that may not') })
    .prefault({})
    .describe('`*` stands for any letters. With a list of allowed ones, what spans all namespaces is refused'),
  kinds: z.strictObject({ deny: names('Resources that may not be touched, e.g. secrets, *.rbac.authorization.k8s.io') }).prefault({}),
  rules: z.array(Rule).default([]).describe('Consent by verb, kind, namespace, name and context: the first rule that fits decides'),
  secrets: z
    .strictObject({
      reveal: z
        .boolean()
        .default(false)
        .describe('Let a call with the scope kubernetes:secrets and a person’s consent read one Secret in clear'),
    })
    .prefault({}),
  impersonate: z
    .strictObject({
      user: z.string().min(1).describe('User to act as'),
      groups: names('Groups to act with'),
      uid: z.string().min(1).optional(),
      extra: z.record(z.string().regex(/^[a-z0-9./_-]+$/), z.array(z.string())).default({}),
    })
    .optional()
    .describe('Act as another user (impersonation headers); refused in read-only mode'),
  credentialCommands: z.boolean().default(true).describe('Run the credential commands (exec) that the kubeconfig names'),
  fieldManager: z.string().min(1).max(128).default('deployment-engine').describe('Owner of the fields that are applied'),
  maxTokens: z.int().min(500).max(25_000).default(4_000).describe('Tokens (4 bytes each) of an answer that does not ask for another size'),
  timeoutMs: z.int().min(500).max(600_000).default(30_000).describe('Milliseconds for one answer of the API server'),
  discoverySeconds: z.int().min(1).max(86_400).default(300).describe('How long the list of kinds is believed'),
  helm: z
    .strictObject({
      binary: z.string().min(1).optional().describe('The helm program; default: the one on PATH'),
      repositories: z
        .array(z.url({ protocol: /^(?:https?|oci)$/ }))
        .default([])
        .describe(
          'Addresses that charts may come from, e.g. https://charts.example.com, oci://registry.example.com/charts; none when empty',
        ),
      registryConfig: z.string().min(1).optional().describe('File with the sign-ins of registries, as helm registry login writes it'),
    })
    .prefault({}),
});

export type KubernetesSettings = z.output<typeof KubernetesConfig>;
