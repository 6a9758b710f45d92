import { z } from 'zod';
import { ADVICE, auditSecurity } from '../pod-security/audit.ts';
import { findingsInput, findingsOutput, findingsText, ranked } from '../report/findings.ts';
import { count } from '../report/text.ts';
import { readTool } from './define.ts';
import * as fields from './fields.ts';

export const securityAudit = readTool({
  name: 'security_audit',
  title: 'Audit the security of workloads',
  description:
    'Workloads against the Pod Security Standards, and images, tokens, secrets in the environment, network policies, exposed services. For roles use rbac_audit.',
  toolset: 'access',
  input: {
    namespace: fields.namespaces,
    labels: fields.labelSelector,
    level: z.enum(['baseline', 'restricted']).default('restricted').describe('Pod Security Standard'),
    ...findingsInput,
  },
  output: { workloads: z.number(), ...findingsOutput },
  async handler({ namespace, labels, level, ...wish }, { cluster, marks, bytes, signal }) {
    const space = fields.selected(namespace, { namespaced: true }, cluster.namespace);
    const { findings, workloads, unread } = await auditSecurity(cluster, { namespace: space, labels, level }, marks, signal);
    return { workloads, ...ranked(findings, wish, { advice: ADVICE, unread, bytes }) };
  },
  render: ({ context, workloads, ...answer }) => {
    const { summary, data } = findingsText(answer, 'set skip, rules or max_tokens');
    return { summary: `${count(workloads, 'workload')} in ${context}. ${summary}`, data };
  },
});
