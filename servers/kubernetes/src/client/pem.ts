import { ToolError } from '@deployment-engine/shared/contracts';
import { readTextFile } from '@deployment-engine/shared/platform';
import type { Pem } from './kubeconfig.ts';

/** Reads PEM from its file, or hands over what the kubeconfig holds. */
export async function pemOf(pem: Pem | undefined): Promise<Buffer | undefined> {
  if (pem === undefined) return undefined;
  if ('data' in pem) return pem.data;
  const read = await readTextFile(pem.file);
  if (read === undefined)
    throw new ToolError('missing_dependency', `${pem.file}, which the kubeconfig names, is not there.`, {
      hint: 'Correct the kubeconfig.',
    });
  return Buffer.from(read.text);
}
