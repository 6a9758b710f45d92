export { createAudit, type Audit, type AuditOptions, type AuditSync } from './audit.ts';
export { verifyAudit, type AuditProblem, type AuditVerification } from './verify.ts';
export { redactArguments, type Shortened } from './redact-arguments.ts';
