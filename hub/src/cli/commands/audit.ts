import { join } from 'node:path';
import { stateHome, verifyAudit, type AuditProblem } from '@deployment-engine/shared/platform';
import { EXIT } from '../failure.ts';
import { paint, print, printJson, visible } from '../print.ts';
import { plural } from '../words.ts';

export async function auditVerify(flags: { json?: boolean }): Promise<number> {
  const folder = join(stateHome(), 'audit');
  const verification = await verifyAudit(folder);
  const { ok, files, records, problems, notes } = verification;
  if (flags.json) printJson({ folder, ...verification });
  else {
    const line = ({ file, line: at, reason }: AuditProblem): string => visible(`${file}${at === 0 ? '' : `:${at}`}: ${reason}`);
    for (const problem of problems) print(`${paint('red', 'problem')} ${line(problem)}`);
    for (const one of notes) print(`${paint('dim', 'note')}    ${line(one)}`);
    print(
      `${ok ? paint('green', 'intact') : paint('red', 'not intact')}: ${plural(records, 'record')} in ${plural(files, 'file')} of ${folder}`,
    );
  }
  return ok ? EXIT.ok : EXIT.failure;
}
