import { z } from 'zod';
import { ADVICE, auditRbac } from '../access-audit/audit.ts';
import { findingsInput, findingsOutput, findingsText, ranked } from '../report/findings.ts';
import { count } from '../report/text.ts';
import { readTool } from './define.ts';
import * as fields from './fields.ts';

export const rbacAudit = readTool({
  name: 'rbac_audit',
  title: 'Audit roles and permissions',
  description:
    'Risky grants by role and binding: wildcards, Secrets, exec, escalation, tokens, cluster-admin, the default service account; dangling and unused ones. For one permission use rbac_check.',
  toolset: 'access',
  input: {
    namespace: fields.namespaceName.optional().describe('Only this one, and what is bound cluster-wide; default: all'),
    system: z.boolean().default(false).describe('Instead, what came with Kubernetes'),
    ...findingsInput,
  },
  output: { bindings: z.number(), system_findings: z.number(), ...findingsOutput },
  async handler({ namespace, system, ...wish }, { cluster, bytes, signal }) {
    const found = await auditRbac(cluster, namespace, signal);
    return {
      bindings: found.bindings,
      system_findings: found.system.length,
      ...ranked(system ? found.system : found.findings, wish, { advice: ADVICE, unread: found.unread, bytes }),
    };
  },
  render: ({ context, bindings, system_findings: system, ...answer }) => {
    const { summary, data } = findingsText(answer, 'set skip, rules or max_tokens');
    return {
      summary: `${count(bindings, 'binding')} in ${context}, ${count(system, 'finding')} on those of Kubernetes apart. ${summary}`,
      data,
    };
  },
});
